import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { EventKind } from '../fakes/events.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import { busy_from_now } from '../world/busy-time.ts'
import { inProcess } from '../world/service.ts'

const LIMIT = 64 * 1024
const KINDS: EventKind[] = ['httpApi2', 'restApi']
const BOMB = gzipSync(Buffer.concat([Buffer.from('{"text":"a","x":"'), Buffer.alloc(10_000_000, 0x78)]))
const filled = (from: string, unit: string, to: string) =>
  from + unit.repeat(Math.floor((LIMIT - from.length - to.length) / unit.length)) + to
/** Nested as deeply as the limit allows. */
const nested = (open: string, inmost: string, close: string) => {
  const depth = Math.floor((LIMIT - 100) / (open.length + close.length))
  return open.repeat(depth) + inmost + close.repeat(depth)
}

let app: TwoPeople['app']
let alice: TwoPeople['alice']

beforeEach(async () => {
  ;({ app, alice } = await two_people_in_memory())
})

describe.each(KINDS)('in an event of %s', (kind) => {
  const send = (body: string | Buffer, headers: Record<string, string | string[]> = {}) =>
    inProcess(
      app,
      kind,
    )({
      method: 'POST',
      path: '/dialog/bob/send',
      headers: { 'content-type': 'application/json', ...alice.headers, ...headers },
      body,
    })

  test.each([
    ['deep lists that never end', '['.repeat(LIMIT), 'malformed_json'],
    ['deep objects that never end', '{"a":'.repeat(LIMIT / 5), 'malformed_json'],
    ['deep lists', nested('[', '', ']'), 'bad_field'],
    ['deep objects', nested('{"a":', '1', '}'), 'bad_field'],
    ['deep lists as its text', `{"text":${nested('[', '', ']')}}`, 'bad_field'],
    ['a list of thousands', filled('[', '0,', '0]'), 'bad_field'],
    ['thousands of texts', filled('{"text":[', '"a",', '"a"]}'), 'bad_field'],
    ['a number without end', filled('{"text":', '9', '}'), 'bad_field'],
    ['a text of escapes', filled('{"text":"', '\\u0041', '"}'), 'bad_field'],
    ['a text of white space', filled('{"text":"', ' ', '"}'), 'bad_field'],
    ['nothing but white space', ' '.repeat(LIMIT), 'malformed_json'],
  ] as const)('a body of %s is refused with a short reply', async (_, body, refusal) => {
    for (const form of [body, Buffer.from(body)]) {
      const reply = await send(form)
      then.it_is_refused(reply, refusal)
      expect(reply.text.length).toBeLessThan(500)
    }
    expect(app.memory.statements).toEqual([])
  })

  test.each([
    ['deep lists', `{"x":${nested('[', '', ']')},"text":"a"}`],
    ['thousands of names', `{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":0,`).join('')}"text":"a"}`],
    ['the same name thousands of times', filled('{', '"text":1,', '"text":"a"}')],
    ['what every object has', '{"__proto__":{"text":1},"constructor":{"prototype":{"text":1}},"text":"a"}'],
  ])('a body of %s around a valid text is accepted as that text', async (_, body) => {
    expect(then.it_succeeds(await send(body))).toMatchObject({ to: 'bob', text: 'a' })
    expect(Object.hasOwn(Object.prototype, 'text')).toBe(false)
  })

  test('a body above the limit is refused in every form', async () => {
    const tooLarge = `{"text":"a","x":"${'x'.repeat(LIMIT)}"}`
    for (const body of [
      tooLarge,
      Buffer.from(tooLarge),
      Buffer.alloc(5_000_000, 0x20),
      Buffer.alloc(LIMIT + 1),
    ])
      then.it_is_refused(await send(body), 'body_too_large')
    expect(app.memory.statements).toEqual([])
  })

  test.each([
    ['gzip', ['gzip']],
    ['GZIP', ['GZIP']],
    ['deflate', ['deflate']],
    ['br', ['br']],
    ['identity, gzip', ['identity, gzip']],
    ['identity and gzip', ['identity', 'gzip']],
  ])('a body encoded with %s is never decompressed', async (_, encodings) => {
    expect(BOMB.length).toBeLessThan(LIMIT)
    then.it_is_refused(await send(BOMB, { 'content-encoding': encodings }), 'not_json')
    then.it_is_refused(await send(BOMB), 'malformed_json')
    expect(app.memory.statements).toEqual([])
  })
})

/**
 * Clients choose the length of a header: up to 16 KiB on our own server. Parsing in quadratic time takes 64 times as long
 * for eight times the length. Of several runs the shortest is compared: a busy machine must not decide.
 */
test.each(['idempotency-key', 'content-type', 'content-encoding', 'authorization', 'x-request-id', 'origin'])(
  'reading the header %s takes time in proportion to its length',
  async (name) => {
    const send = inProcess(app)
    const timeOf = async (value: string) => {
      const headers = { ...alice.headers, [name]: value }
      const busy = busy_from_now()
      const { status } = await send({ method: 'POST', path: '/dialog/bob/send', headers, body: '{}' })
      expect([400, 401, 415]).toContain(status)
      return busy()
    }
    const shortest = async (value: string) => {
      let least = Number.POSITIVE_INFINITY
      for (let run = 0; run < 5; run += 1) least = Math.min(least, await timeOf(value))
      return least
    }
    const patterns = [
      ['a', ' ', 'a'],
      ['"', ' ', 'a'],
      ['"', '\\"', 'a'],
      ['Bearer ', ' ', '!'],
      ['Bearer ', 'a.', '!'],
      ['application/json;', ' ', 'a'],
      ['application/', 'a+', '!'],
      ['', 'identity,', ''],
    ] as const
    for (const [start, unit, end] of patterns) {
      const filledTo = (length: number) => start + unit.repeat(length / unit.length) + end
      expect((await shortest(filledTo(16_000))) / (await shortest(filledTo(2_000)))).toBeLessThan(30)
    }
  },
)
