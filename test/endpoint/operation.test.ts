import { beforeEach, describe, expect, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { handlersOf } from '../world/service.ts'

/** Three comparisons of the clock, three plans; the message and two listings; where both now stand. */
const COLD_SEND = 3 + 3 + 3 + 2

let app: TwoPeople['app']
let service: TwoPeople['service']
let alice: TwoPeople['alice']
let bob: TwoPeople['bob']

beforeEach(async () => {
  ;({ app, service, alice, bob } = await two_people_in_memory())
})

describe('an operation', () => {
  test('answers a bug with 500, no details in the reply, and all of them in the log', async () => {
    app.memory.before = () => {
      throw new TypeError('secret detail')
    }
    const reply = await when.they_list(service, alice, bob)
    then.it_is_refused(reply, 'bug')
    expect(reply.text).not.toContain('secret')
    expect(app.lines.at(-1)).toContain('secret detail')
  })

  test('answers with 503 when the configuration is wrong, and logs the variable', async () => {
    app.config = () => {
      throw new Fault('misconfigured', 'AUTH_MODE is not set')
    }
    then.it_is_refused(await when.they_list(service, alice, bob), 'misconfigured')
    expect(app.lines.at(-1)).toContain('AUTH_MODE is not set')
    then.it_succeeds(await service({ method: 'GET', path: '/health' }))
  })

  test.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'get'])(
    'is reached only by its method, even if a gateway lets others through: %s',
    async (method) => {
      const events = [{ requestContext: { http: { method } } }, { httpMethod: method }]
      for (const { contract, handler } of handlersOf(app)) {
        const allow = contract.method === 'GET' ? 'GET, HEAD' : contract.method
        const isAllowed = allow.split(', ').includes(method)
        for (const event of events) {
          const reply = await handler({ ...event, rawPath: contract.path }, {})
          expect(reply.statusCode === 405).toBe(!isAllowed)
          expect(reply.headers['allow']).toBe(isAllowed ? undefined : allow)
        }
      }
    },
  )

  test("echoes the caller's request id if it is safe, and generates one if it is not", async () => {
    const ask = async (id: string | string[]) =>
      (await service({ method: 'GET', path: '/health', headers: { 'X-Request-Id': id } })).headers[
        'x-request-id'
      ]
    expect(await ask('order-66_b.1')).toBe('order-66_b.1')
    for (const id of ['', 'x'.repeat(65), 'a b', 'a\r\nset-cookie: b', '{"level":"error"}', ['a', 'b']]) {
      expect(await ask(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    }
  })

  test('logs one line for each request, with its cost, and never a text or a credential', async () => {
    const text = 'a very private text'
    // A coin that looks into no inbox: that costs round trips.
    app.random = (bytes) => new Uint8Array(bytes).fill(0xff)
    const sent = await when.they_send(service, alice, bob, text)
    await service({
      method: 'POST',
      path: `/dialog/${bob.id}/send`,
      headers: alice.headers,
      body: `{"text":"${text}`,
    })
    app.memory.before = () => {
      throw new Error('broken')
    }
    await when.they_send(service, alice, bob, text)
    const lines = app.lines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'request')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatchObject({
      operation: 'sendMessage',
      status: 200,
      round_trips: COLD_SEND,
      in_doubt: false,
    })
    expect(lines[0].request_id).toBe(sent.headers['x-request-id'])
    expect(lines.map(({ status, duration_ms }) => [status, typeof duration_ms])).toEqual([
      [200, 'number'],
      [400, 'number'],
      [500, 'number'],
    ])
    const log = app.lines.join('')
    expect(log).not.toContain('private')
    expect(log).not.toContain(alice.headers['authorization']?.slice(7))
  })
})
