import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { type ServedInMemory, served_in_memory } from '../world/served-in-memory.ts'

const ORIGIN = 'https://app.example'

describe('the server with an allowed origin', () => {
  let server: ServedInMemory

  beforeAll(async () => {
    const origins = [ORIGIN, 'http://localhost:5173']
    server = await served_in_memory({ origins, headers: ['x-tenant'] })
  })
  afterAll(() => server.stop())

  const preflight = (origin: string, path = '/dialog/bob/send') =>
    server.service({ method: 'OPTIONS', path, headers: { origin, 'access-control-request-method': 'POST' } })

  test('lets pages of that origin read every reply, with the headers that they need', async () => {
    const { service, alice, bob } = server
    const from = { ...alice, headers: { ...alice.headers, origin: ORIGIN } }
    const sent = await when.they_send(service, from, bob, 'hello')
    then.it_succeeds(sent)
    const refused = await service({ method: 'GET', path: '/dialog/bob/list', headers: { origin: ORIGIN } })
    then.it_is_refused(refused, 'unauthorized')
    for (const { headers } of [sent, refused]) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': ORIGIN,
        'access-control-expose-headers': 'Link, X-Request-Id, Retry-After',
        vary: 'Origin',
      })
    }
  })

  test('answers a preflight of that origin with what is allowed', async () => {
    const { status, headers, text } = await preflight(ORIGIN)
    expect({ status, text, length: headers['content-length'] }).toEqual({
      status: 204,
      text: '',
      length: undefined,
    })
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers':
        'authorization, content-type, idempotency-key, traceparent, x-request-id, x-tenant',
      'access-control-max-age': '600',
    })
    then.it_is_refused(await preflight(ORIGIN, '/nowhere'), 'not_found')
  })

  test('answers a preflight with a request id, and logs it, like every request', async () => {
    const { status, headers } = await preflight(ORIGIN)
    const line = JSON.parse(String(server.app.lines.at(-1)))
    expect(line).toMatchObject({ message: 'request', operation: 'preflight', status })
    expect(line.request_id).toBe(headers['x-request-id'])
  })

  test('allows other origins nothing', async () => {
    for (const origin of ['https://app.example.evil', 'https://APP.example', 'http://app.example', 'null']) {
      const reply = await preflight(origin)
      then.it_is_refused(reply, 'method_not_allowed')
      expect(reply.headers).toMatchObject({ vary: 'Origin' })
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})
