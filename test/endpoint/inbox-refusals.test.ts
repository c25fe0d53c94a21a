import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { lowestIdAt } from '../../lib/model/ids.ts'
import { bucketOf } from '../../lib/timeline/bucket.ts'
import { MAX_CLOCK_SKEW_MS } from '../../lib/timeline/rules.ts'
import { time_stands_still } from '../fakes/still-time.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

const ID = '01a1fd71-63d4-7e73-9332-3f70d03f6c86'
const BUCKET = bucketOf({ openedAtSeconds: 1_790_000_000, lanes: 4 })

let app: TwoPeople['app']
let service: TwoPeople['service']
let alice: TwoPeople['alice']
let bob: TwoPeople['bob']

beforeEach(async () => {
  ;({ app, service, alice, bob } = await two_people_in_memory())
})
afterEach(() => void jest.useRealTimers())

const encoded = (cursor: unknown) => Buffer.from(JSON.stringify(cursor)).toString('base64url')

describe('a list of changes refuses', () => {
  test.each([
    ['limit=0', 'out_of_range'],
    ['limit=501', 'out_of_range'],
    ['since=', 'bad_time'],
    ['since=yesterday', 'bad_time'],
    ['since=2026-01-01T00:00:00Z&since=2026-01-01T00:00:00Z', 'repeated_parameter'],
    ['cursor=', 'bad_cursor'],
    [`cursor=${ID}`, 'bad_cursor'],
    [`cursor=${encoded({ below: ID })}`, 'bad_cursor'],
    [`cursor=${encoded({ bucket: -1, after: '' })}`, 'bad_cursor'],
    [`cursor=${encoded({ bucket: 0, after: '..' })}`, 'bad_cursor'],
    [`cursor=${encoded({ bucket: 0, after: '', more: 1 })}`, 'bad_cursor'],
  ] as const)('?%s as %s', async (query, kind) => {
    const { errors } = then.it_is_refused(await when.they_catch_up(service, alice, query), kind)
    expect(errors[0].path).toMatch(/^query/)
    expect(app.memory.statements).toEqual([])
  })

  test.each([[0], [1], [BUCKET + 63], [Number.MAX_SAFE_INTEGER]])(
    'nothing by a cursor at %d: at most, it skips people',
    async (bucket) => {
      then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
      const reply = await when.they_catch_up(service, alice, `cursor=${encoded({ bucket, after: '' })}`)
      expect([[], [{ with: bob.id }]]).toContainEqual(then.it_succeeds(reply))
    },
  )
})

describe('a list of dialogs refuses', () => {
  test.each([
    ['limit=0', 'out_of_range'],
    ['limit=101', 'out_of_range'],
    ['limit=x', 'out_of_range'],
    ['limit=', 'out_of_range'],
    ['limit=1&limit=2', 'repeated_parameter'],
    ['cursor=', 'bad_cursor'],
    [`cursor=${ID}`, 'bad_cursor'],
    ['cursor=%00', 'bad_cursor'],
    [`cursor=${encoded({ below: ID })}&cursor=${encoded({ below: ID })}`, 'repeated_parameter'],
    [`cursor=${encoded({ below: ID })}%3D`, 'bad_cursor'],
    [`cursor=${Buffer.from('{"below":').toString('base64url')}`, 'bad_cursor'],
    [`cursor=${Buffer.from([0xff, 0xfe]).toString('base64url')}`, 'bad_cursor'],
  ] as const)('?%s as %s', async (query, kind) => {
    const { errors } = then.it_is_refused(await when.they_look(service, alice, query), kind)
    expect(errors[0].path).toMatch(/^query/)
    expect(app.memory.statements).toEqual([])
  })

  test.each([
    [null],
    [[]],
    [0],
    [{}],
    [{ lanes: { bucket: -1, after: 'bob' } }],
    [{ lanes: { bucket: 1.5, after: 'bob' } }],
    [{ lanes: { bucket: '0', after: 'bob' } }],
    [{ lanes: { bucket: null, after: 'bob' } }],
    [{ lanes: { bucket: 2 ** 53, after: 'bob' } }],
    [{ lanes: { bucket: 1, after: 'bob' } }],
    [{ lanes: { bucket: BUCKET + 4, after: 'bob' } }],
    [{ lanes: { bucket: Number.MAX_SAFE_INTEGER, after: 'bob' } }],
    [{ below: ID, more: 1 }],
    [{ below: ID, top: 0 }],
    [{ below: 'x' }],
    [{ below: 7 }],
    [{ below: '01a1fd71-63d4-4e73-9332-3f70d03f6c86' }],
    [{ lanes: {} }],
    [{ lanes: { bucket: BUCKET } }],
    [{ lanes: { bucket: -1, after: 'bob' } }],
    [{ lanes: { bucket: BUCKET + 63, after: 'bob' } }],
    [{ lanes: { bucket: BUCKET, after: 7 } }],
    [{ lanes: { bucket: BUCKET, after: '..' } }],
    [{ lanes: { bucket: BUCKET, after: 'a\u0000' } }],
    [{ lanes: { bucket: BUCKET, after: 'a'.repeat(129) } }],
    [{ lanes: { bucket: BUCKET, after: 'bob', more: 1 } }],
    [{ below: ID, lanes: { bucket: BUCKET, after: 'a'.repeat(2_000) } }],
  ])('a forged cursor: %j', async (cursor) => {
    const { errors } = then.it_is_refused(
      await when.they_look(service, alice, `cursor=${encoded(cursor)}`),
      'bad_cursor',
    )
    expect(errors).toEqual([{ path: 'query.cursor', message: expect.stringContaining('link') }])
    expect(app.memory.statements).toEqual([])
  })
})

test('a cursor that might have been given to anybody shows the own dialogs at most, and breaks nothing', async () => {
  for (const [from, to] of [
    [bob, alice],
    [alice, alice],
    [bob, bob],
  ] as const)
    then.it_succeeds(await when.they_send(service, from, to, 'a'))
  const seconds = fc.integer({ min: 1, max: 281_474_976_710 })
  const bucket = fc.oneof(
    fc.constant(0),
    fc
      .tuple(seconds, fc.constantFrom(1, 2, 4, 64))
      .map(([openedAtSeconds, lanes]) => bucketOf({ openedAtSeconds, lanes })),
  )
  const after = fc.oneof(fc.constantFrom('', bob.id, '\uffff'), fc.string({ minLength: 3, maxLength: 9 }))
  const parts = { below: fc.uuid({ version: 7 }), lanes: fc.record({ bucket, after }) }
  const cursors = fc.oneof(
    fc.record(parts, { requiredKeys: ['below'] }),
    fc.record(parts, { requiredKeys: ['lanes'] }),
  )
  await fc.assert(
    fc.asyncProperty(cursors, async (cursor) => {
      const reply = await when.they_look(service, alice, `cursor=${encoded(cursor)}`)
      const peers = then.it_succeeds<when.Dialog[]>(reply).map((dialog) => dialog.with)
      expect(peers.filter((peer) => peer !== alice.id && peer !== bob.id)).toEqual([])
    }),
    { numRuns: 200 },
  )
})

describe('a mark is refused', () => {
  const marked = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    service({
      method: 'PUT',
      path: `/dialog/${bob.id}/read`,
      headers: { ...headers, ...alice.headers },
      body,
    })

  test.each([
    ['', 'malformed_json'],
    ['{', 'malformed_json'],
    ['{}', 'bad_field'],
    ['null', 'bad_field'],
    ['[]', 'bad_field'],
    ['{"up_to":null}', 'bad_field'],
    ['{"up_to":7}', 'bad_field'],
    ['{"up_to":"x"}', 'bad_field'],
    ['{"up_to":"01a1fd71-63d4-4e73-9332-3f70d03f6c86"}', 'bad_field'],
    ['{"up_to":"ffffffff-ffff-7fff-bfff-ffffffffffff"}', 'bad_field'],
    [`{"up_to":"${ID}","more":"${'a'.repeat(65_536)}"}`, 'body_too_large'],
  ] as const)('with the body %.60s as %s', async (body, kind) => {
    then.it_is_refused(await marked(body), kind)
    expect(app.memory.tables.rows('marks')).toEqual([])
  })

  test('without a body, in another content type, or with a bad user id', async () => {
    const path = `/dialog/${bob.id}/read`
    then.it_is_refused(await service({ method: 'PUT', path, headers: alice.headers }), 'malformed_json')
    then.it_is_refused(await marked(`{"up_to":"${ID}"}`, { 'content-type': 'text/plain' }), 'not_json')
    then.it_is_refused(await when.they_mark(service, alice, { id: '..' }, ID), 'bad_id')
    then.it_is_refused(await when.they_show(service, alice, { id: '..' }), 'bad_id')
  })

  test('from further in the future than clocks may differ, and names the field', async () => {
    time_stands_still()
    const at = (aheadMs: number) =>
      when.they_mark(service, alice, bob, lowestIdAt(Date.now() + MAX_CLOCK_SKEW_MS + aheadMs))
    then.it_is_done(await at(0))
    const { errors } = then.it_is_refused(await at(1), 'bad_field')
    expect(errors).toEqual([{ path: 'body.up_to', message: 'must not lie in the future' }])
  })

  test('by an instance whose clock is out of bounds, which cannot tell what lies in the future', async () => {
    app.memory.clockOffsetMs = 3_600_000
    then.it_is_refused(await when.they_mark(service, alice, bob, ID), 'clock_out_of_bounds')
  })
})
