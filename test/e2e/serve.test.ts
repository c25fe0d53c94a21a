import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Serving, startServing } from '../../dev/serving.ts'
import { dialogSentences } from '../sentences/dialog.ts'
import * as given from '../sentences/given.ts'
import { limitSentences } from '../sentences/limits.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { a_connection } from '../world/raw-http.ts'
import { overHttp, type Service } from '../world/service.ts'
import { timed, until } from '../world/until.ts'

const ROOT = join(import.meta.dirname, '../..')
const IDLE_CONNECTIONS = 10_000
/** If they were opened all at once, this process could be the slow sender. */
const AT_ONCE = 250
/** Node's own limit for headers: slow senders are cut off after 5 or 10 s here, and no sooner than this without limits of ours. */
const NODE_LIMIT_MS = 60_000

let setting: LocalSetting
const serve = (name: string, more = {}) =>
  startServing({ ...setting.variables, ...more }, 0, join(setting.directory, name))

beforeAll(async () => {
  setting = await a_local_setting()
}, 120_000)
afterAll(() => setting.remove())

describe('over HTTP, through npm run serve in two processes, on a real CQL database', () => {
  let serving: Serving
  let service: Service

  beforeAll(async () => {
    serving = await serve('log', { WORKERS: '2' })
    service = overHttp(serving.url)
  }, 120_000)
  afterAll(() => serving.stop())

  dialogSentences(() => ({ service, credentials: setting.credentials, firstMessages: 100 }))

  test('the log has one line for each request, and never a text or a credential', async () => {
    const alice = await given.a_stranger(setting.credentials, 'alice')
    const from = { ...alice, headers: { ...alice.headers, 'x-request-id': 'find-me' } }
    await when.they_send(service, from, alice, 'psst')
    // Lines are written at the end of the tick that sends the reply.
    const read = () => readFileSync(join(setting.directory, 'log'), 'utf8')
    await until('its line in the log', () => read().includes('find-me'))
    const log = read()
    const own = log.split('\n').filter((line) => line.includes('find-me'))
    expect(own.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ operation: 'sendMessage', status: 200, round_trips: expect.any(Number) }),
    ])
    expect(log).not.toContain('psst')
    expect(log).not.toContain(alice.headers['authorization']?.slice(7))
  })
})

describe('npm run serve with a rate limit for each sender', () => {
  let serving: Serving

  beforeAll(async () => {
    serving = await serve('limited', { SENDS_PER_SECOND: '1', SEND_BURST: '3' })
  }, 120_000)
  afterAll(() => serving.stop())

  limitSentences(() => ({ service: overHttp(serving.url), credentials: setting.credentials }))
})

describe('npm run serve', () => {
  test('cuts off slow senders, and serves others beside 10,000 idle connections', async () => {
    const serving = await serve('idle')
    const head = 'POST /dialog/bob/send HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n'
    const slow = [head, `${head}\r\n`, `${head}\r\n{`].map((sent) => {
      const { socket, closed } = a_connection(serving.url)
      const drip = setInterval(() => socket.write('x'), 500)
      socket.write(sent)
      return timed(closed.finally(() => clearInterval(drip)))
    })
    const silent = timed(a_connection(serving.url).closed)
    const idle: ReturnType<typeof a_connection>[] = []
    while (idle.length < IDLE_CONNECTIONS) {
      const opened = Array.from({ length: AT_ONCE }, () => a_connection(serving.url))
      for (const { socket } of opened) socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
      for (const { replies } of opened) expect(await replies(1)).toMatch(/^HTTP\/1\.1 200 /)
      idle.push(...opened)
    }
    const service = overHttp(serving.url)
    const alice = await given.a_stranger(setting.credentials, 'alice')
    then.it_succeeds(await when.they_send(service, alice, alice, 'beside them'))
    await then.the_dialog_holds(service, alice, alice, ['beside them'])

    for (const { result, tookMs } of await Promise.all(slow)) {
      expect(result).toMatch(/^HTTP\/1\.1 408 /)
      expect(tookMs).toBeLessThan(NODE_LIMIT_MS)
    }
    expect((await silent).tookMs).toBeLessThan(NODE_LIMIT_MS)
    expect(idle.filter(({ socket }) => socket.readyState === 'open')).toHaveLength(IDLE_CONNECTIONS)
    for (const { socket } of idle) socket.destroy()
    await serving.stop()
  })

  test('told to stop under load: no accepted request is reset, and every acknowledged message is stored', async () => {
    const serving = await serve('stopped', { WORKERS: '2' })
    const service = overHttp(serving.url)
    const acknowledged = new Map<given.Person, string[]>()
    const failures: string[] = []
    const people = await Promise.all(
      Array.from({ length: 32 }, () => given.a_stranger(setting.credentials, 'sender')),
    )
    const talk = async (person: given.Person) => {
      const texts: string[] = []
      acknowledged.set(person, texts)
      for (let count = 0; ; count += 1) {
        const sent = await when
          .they_send(service, person, person, `message ${count}`)
          .catch(({ code, wasAccepted }) => void failures.push(`${code}${wasAccepted ? ', accepted' : ''}`))
        if (!sent) return
        then.it_succeeds(sent)
        texts.push(`message ${count}`)
        if (texts.length === 20) serving.child.kill('SIGTERM')
      }
    }
    const talks = people.map(talk)
    await Promise.all(talks)
    const { result: ended, tookMs } = await timed(serving.ended)
    expect(ended).toContain('(exit code 0)')
    // Idle connections, if the server waited for their clients, would stay for 65 s.
    expect(tookMs).toBeLessThan(30_000)
    // A connection that no process has accepted yet is reset by the system when the last one closes the port.
    expect(failures).toHaveLength(people.length)
    expect(failures.filter((how) => !['ECONNREFUSED', 'ECONNRESET'].includes(how))).toEqual([])
    const again = await serve('again')
    for (const [person, texts] of acknowledged) {
      expect(texts.length).toBeGreaterThan(0)
      await then.the_dialog_holds(overHttp(again.url), person, person, texts)
    }
    await again.stop()
  })

  test.each([
    ['AUTH_MODE is not set', { AUTH_MODE: '' }],
    ['PORT', { PORT: 'http' }],
    ['WORKERS', { WORKERS: '0' }],
  ])('ends immediately with a message about %s', async (words, wrong) => {
    await expect(serve('wrong', wrong)).rejects.toThrow(words)
  })

  test.each(['1', '2'])('ends when its port is taken, with %s processes', async (workers) => {
    const first = await serve('first')
    const taken = { PORT: new URL(first.url).port, WORKERS: workers }
    const child = spawn(process.execPath, ['bin/serve.ts'], {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '', ...setting.variables, ...taken },
    })
    expect(await text(child.stderr)).toContain('EADDRINUSE')
    expect(child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)))).toBe(1)
    await first.stop()
  })
})
