import { beforeEach, describe, expect, test } from '@jest/globals'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import { inProcess } from '../world/service.ts'

let app: TwoPeople['app']
let service: TwoPeople['service']
let alice: TwoPeople['alice']
let bob: TwoPeople['bob']

beforeEach(async () => {
  ;({ app, service, alice, bob } = await two_people_in_memory())
})

const nothingWasStored = () => expect(app.memory.tables.rows('messages')).toEqual([])

describe('send refuses', () => {
  const send = (body: string | Buffer, headers = {}, user = encodeURIComponent(bob.id)) =>
    service({
      method: 'POST',
      path: `/dialog/${user}/send`,
      headers: { 'content-type': 'application/json', ...alice.headers, ...headers },
      body,
    })

  test.each([
    '',
    '{',
    'hello',
    '{"text":"a"',
    '{"text":"a"}{}',
    "{'text':'a'}",
    Buffer.from([0x7b, 0xff, 0x7d]),
  ])('the malformed JSON %j', async (body) => {
    const { errors } = then.it_is_refused(await send(body), 'malformed_json')
    expect(errors).toEqual([{ path: 'body', message: 'must be JSON' }])
    nothingWasStored()
  })

  test.each([
    '{}',
    '[]',
    'null',
    '1',
    '"text"',
    '{"text":null}',
    '{"text":1}',
    '{"text":["a"]}',
    '{"Text":"a"}',
    '{"text":""}',
    '{"text":" \\n"}',
    '{"text":"\\u0000"}',
    '{"text":"a\\ud800"}',
  ])('the body %s', async (body) => {
    const { errors } = then.it_is_refused(await send(body), 'bad_field')
    expect(errors[0].path).toMatch(/^body/)
    nothingWasStored()
  })

  test.each(['.', '..', '%2e%2e', '%00', '%0a', 'a%7f', 'x'.repeat(129)])('the user id %j', async (user) => {
    const { errors } = then.it_is_refused(await send('{"text":"a"}', {}, user), 'bad_id')
    expect(errors[0].path).toBe('path.user_id')
    nothingWasStored()
  })

  test.each(['%', '%ff', '%c3%28', 'a%2'])(
    'the invalid escape %j, which a gateway passes on',
    async (user) => {
      const raw = inProcess(app, 'restApi')
      const path = `/dialog/${user}/send`
      const reply = await raw({ method: 'POST', path, headers: alice.headers, body: '{"text":"a"}' })
      then.it_is_refused(reply, 'bad_id')
      nothingWasStored()
    },
  )

  test.each([
    '',
    '""',
    'a b',
    '"a',
    'a"',
    'a"b',
    '"a" "b"',
    '"a";b=1',
    'a;b',
    'a,b',
    'a, b',
    '"a\\b"',
    '"a\\',
    'a\\b',
    '"a\u0000"',
    'a\nb',
    '"a\tb"',
    'a\u007f',
    '\u00e9',
    '"日本"',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
    `"${'\\"'.repeat(256)}"`,
  ])('the idempotency key %j', async (key) => {
    const { errors } = then.it_is_refused(await send('{"text":"a"}', { 'idempotency-key': key }), 'bad_key')
    expect(errors).toHaveLength(1)
    expect(errors[0].path).toBe('header.Idempotency-Key')
    expect(app.memory.statements).toEqual([])
  })

  test('a repeated Idempotency-Key', async () => {
    const one = inProcess(app, 'httpApi1')
    const headers = { ...alice.headers, 'idempotency-key': ['k', 'k'] }
    const reply = await one({ method: 'POST', path: `/dialog/${bob.id}/send`, headers, body: '{"text":"a"}' })
    const { errors } = then.it_is_refused(reply, 'repeated_parameter')
    expect(errors).toEqual([{ path: 'header.Idempotency-Key', message: 'must be given once' }])
    then.it_is_refused(await send('{"text":"a"}', { 'idempotency-key': ['k', 'k'] }), 'bad_key')
    nothingWasStored()
  })

  test.each([
    ['k', '"k"'],
    [' k\t', 'k'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
    ["!#$%&'()*+-./:<=>?@[]^_`{|}~", '"!#$%&\'()*+-./:<=>?@[]^_`{|}~"'],
    ['"a, b; \\" \\\\"', ' "a, b; \\" \\\\"'],
    ['x'.repeat(255), `"${'x'.repeat(255)}"`],
    [`"${'\\"'.repeat(255)}"`, `"${'\\"'.repeat(255)}"`],
  ])('nothing for the idempotency key %j, which is the same as %j', async (one, other) => {
    const headers = [one, other].map((key) => ({ 'idempotency-key': key }))
    const ids = [await send('{"text":"a"}', headers[0]), await send('{"text":"a"}', headers[1])].map(
      (reply) => then.it_succeeds<{ id: string }>(reply).id,
    )
    expect(ids[0]).toBe(ids[1])
  })

  test('a body of more than 64 KiB, and one whose type is not JSON', async () => {
    then.it_is_refused(await send(`{"text":"a","x":"${'x'.repeat(65_536)}"}`), 'body_too_large')
    then.it_is_refused(await send('{"text":"a"}', { 'content-type': 'text/plain' }), 'not_json')
    nothingWasStored()
  })

  test('a request without a valid credential before it checks anything else', async () => {
    const reply = await send('{', { authorization: 'Bearer nonsense', 'content-type': 'text/plain' }, '..')
    then.it_is_refused(reply, 'unauthorized')
    nothingWasStored()
    expect(app.memory.statements).toEqual([])
  })

  test('nothing for unknown fields and parameters', async () => {
    const path = `/dialog/${bob.id}/send`
    const body = '{"text":"a","mood":"happy","__proto__":{"text":"b"}}'
    then.it_succeeds(await service({ method: 'POST', path, query: 'x=1&x=2', headers: alice.headers, body }))
    await then.the_dialog_holds(service, alice, bob, ['a'])
  })
})
