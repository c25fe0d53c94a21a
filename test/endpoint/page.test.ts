import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { showPageContract } from '../../lib/contract/show-page.ts'
import page from '../../page/page.json' with { type: 'json' }
import { two_people_in_memory } from '../fakes/two-people.ts'
import type { HttpReply } from '../world/service.ts'

const hashOf = (text: string | undefined) =>
  `'sha256-${createHash('sha256').update(String(text)).digest('base64')}'`
const directives = (policy: string | undefined) =>
  Object.fromEntries(
    (policy ?? '').split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1).join(' ')]),
  )

describe('the page', () => {
  let reply: HttpReply

  beforeAll(async () => {
    const { service } = await two_people_in_memory()
    reply = await service({ method: 'GET', path: '/' })
  })

  test('is HTML for anybody, is not sniffed, and gives no address away', () => {
    expect(reply.status).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    })
  })

  test('may run its own script, have its own style, ask its own service, and nothing else', () => {
    const [script, ...scripts] = [...reply.text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)]
    const [style, ...styles] = [...reply.text.matchAll(/<style[^>]*>(.*?)<\/style>/gs)]
    expect([scripts, styles]).toEqual([[], []])
    expect(directives(reply.headers['content-security-policy'])).toEqual({
      'default-src': "'none'",
      'script-src': hashOf(script?.[1]),
      'style-src': hashOf(style?.[1]),
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    })
  })

  test('mentions no other host', () => {
    const hosts = [...reply.text.matchAll(/\bhttps?:\/\/([\w.-]+)/g)].map(([, host]) => host)
    // Names of XML namespaces: nothing is asked of it.
    expect(hosts.filter((host) => host !== 'www.w3.org')).toEqual([])
  })

  test('is told where its WebSocket is, and may connect to it', () => {
    const socketUrl = 'wss://socket.test/stage'
    const { html, headers } = showPageContract.toReply({ page, hasAccounts: true, isPushed: true, socketUrl })
    expect(html).toContain(`<meta name="socket" content="${socketUrl}">`)
    expect(html).toContain('<meta name="accounts" content="on">')
    expect(directives(headers?.['content-security-policy'])['connect-src']).toBe(`'self' ${socketUrl}`)
  })

  test('is told that people have their accounts elsewhere, and that nothing is pushed', () => {
    expect(reply.text).toContain('<meta name="accounts" content="off">')
    expect(reply.text).toContain('<meta name="socket" content="off">')
  })

  test('looks for its WebSocket beside itself, unless it is told where that is', () => {
    const { html } = showPageContract.toReply({
      page,
      hasAccounts: true,
      isPushed: true,
      socketUrl: undefined,
    })
    expect(html).toContain('<meta name="socket" content="">')
  })
})
