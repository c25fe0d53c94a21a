import { beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { inProcess } from '../world/service.ts'

const CANARY = 'planted-here'
/** Texts that end a line, a JSON string or a header, move a terminal's cursor, or trigger lookups in some loggers. */
const HOSTILE = [
  `\n{"level":"error","message":"${CANARY}"}\n`,
  `\r\nSet-Cookie: ${CANARY}=1\r\n\r\n<html>${CANARY}</html>`,
  `","message":"${CANARY}","a":"`,
  `\u001b[2J\u001b]0;${CANARY}\u0007`,
  `\u009b31m${CANARY}\u0085\u007f`,
  `\u2028${CANARY}\u2029\u202e`,
  `\u0000${CANARY}\ud800`,
  `\${jndi:ldap://${CANARY}/a} %s%n {{${CANARY}}} '; DROP TABLE messages; --`,
]

const BODY = '{"text":"a","up_to":"01a1fd71-63d4-7e73-9332-3f70d03f6c86"}'

let app: TwoPeople['app']
let service: TwoPeople['service']
let alice: TwoPeople['alice']

beforeEach(async () => {
  ;({ app, service, alice } = await two_people_in_memory())
})

test('a request id is echoed unchanged or not at all: never in part, and never more than 64 safe characters', async () => {
  const byOldEvents = inProcess(app, 'httpApi1')
  const id = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.stringMatching(/^[\w.-]{1,66}[\r\n ,;]?$/),
    fc.constantFrom(...HOSTILE),
  )
  await fc.assert(
    fc.asyncProperty(id, async (offered) => {
      for (const ask of [service, byOldEvents]) {
        const call = { method: 'GET', path: '/health', headers: { 'x-request-id': offered } }
        const echoed = String((await ask(call)).headers['x-request-id'])
        expect(echoed).toMatch(/^[A-Za-z0-9_.-]{1,64}$/)
        const isSafe = offered.length <= 64 && /^[A-Za-z0-9_.-]+$/.test(offered)
        expect(echoed === offered).toBe(isSafe)
        expect(JSON.parse(String(app.lines.at(-1))).request_id).toBe(echoed)
      }
    }),
    { numRuns: 300 },
  )
})

test.each(HOSTILE)(
  'no part of a request appears in the log, or in the headers of a reply: %j',
  async (hostile) => {
    const escaped = encodeURIComponent(hostile.toWellFormed())
    const names = ['x-request-id', 'idempotency-key', 'authorization', 'content-type', 'user-agent', 'origin']
    const calls = [
      ...names.map((name) => ({ headers: { ...alice.headers, [name]: hostile } })),
      { headers: { ...alice.headers, [hostile]: hostile } },
      { query: `before=${escaped}&${escaped}=1` },
      { query: `limit=${escaped}` },
      { path: `/dialog/${escaped}` },
      { body: hostile },
      { body: JSON.stringify({ text: hostile, [hostile]: hostile }) },
    ]
    let replies = 0
    for (const call of calls) {
      for (const [method, operation] of [
        ['POST', '/send'],
        ['GET', '/list'],
        ['GET', ''],
        ['PUT', '/read'],
      ] as const) {
        const whole = { headers: alice.headers, body: BODY, path: '/dialog/bob', ...call, method }
        const reply = await service({ ...whole, path: `${whole.path}${operation}` })
        replies += 1
        expect([200, 204, 400, 401, 415, ...(operation === '' ? [404] : [])]).toContain(reply.status)
        if (reply.status !== 200) expect(reply.text).not.toContain(CANARY)
        expect(JSON.stringify(reply.headers)).not.toContain(CANARY)
        expect(Object.values(reply.headers).join('')).toMatch(/^[\x20-\x7e]*$/)
      }
    }
    const cursor = await when.they_look(service, alice, `cursor=${escaped}`)
    expect(then.it_is_refused(cursor, 'bad_cursor').errors).toHaveLength(1)
    expect(cursor.text).not.toContain(CANARY)
    expect(app.lines).toHaveLength(replies + 1)
    for (const line of app.lines) {
      expect(line).toMatch(/^[\x20-\x7e]+\n$/)
      expect(line).not.toContain(CANARY)
    }
  },
)

test('ids that look alike, or are properties of every object, are different people', async () => {
  const { credentials, auth } = await given.an_identity_provider()
  const own = inProcess(given.a_service_in_memory(auth))
  const names = [
    '\u00e9',
    'e\u0301',
    'a',
    '\u0430',
    'A',
    '\u{ff0e}\u{ff0e}',
    '...',
    '%2e%2e',
    '__proto__',
    'constructor',
  ]
  const reader = { id: 'reader', headers: await credentials('reader') }
  for (const id of names) {
    const person = { id, headers: await credentials(id) }
    expect(then.it_succeeds(await when.they_send(own, person, reader, `I am ${id}`))).toMatchObject({
      from: id,
    })
  }
  for (const id of names) {
    const listed = then.it_succeeds<when.SentMessage[]>(await when.they_list(own, reader, { id }))
    expect(listed.map(({ text }) => text)).toEqual([`I am ${id}`])
  }
})
