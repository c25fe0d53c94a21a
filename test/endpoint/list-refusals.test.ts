import { beforeEach, describe, expect, test } from '@jest/globals'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

let app: TwoPeople['app']
let service: TwoPeople['service']
let alice: TwoPeople['alice']
let bob: TwoPeople['bob']

beforeEach(async () => {
  ;({ app, service, alice, bob } = await two_people_in_memory())
})

describe('list refuses', () => {
  const id = '01a1fd71-63d4-7e73-9332-3f70d03f6c86'
  test.each([
    ['limit=0', 'out_of_range'],
    ['limit=201', 'out_of_range'],
    ['limit=-1', 'out_of_range'],
    ['limit=1.5', 'out_of_range'],
    ['limit=1e2', 'out_of_range'],
    ['limit=0x10', 'out_of_range'],
    ['limit=+5', 'out_of_range'],
    ['limit=', 'out_of_range'],
    ['limit=ten', 'out_of_range'],
    ['offset=1001', 'out_of_range'],
    ['offset=-1', 'out_of_range'],
    ['before=', 'bad_cursor'],
    ['before=1', 'bad_cursor'],
    ['before=01a1fd71-63d4-4e73-9332-3f70d03f6c86', 'bad_cursor'],
    ['before=01a1fd71-63d4-7e73-c332-3f70d03f6c86', 'bad_cursor'],
    ['around=', 'bad_cursor'],
    ['around=2026-11-21T09:30:29Z', 'bad_cursor'],
    ['around=01a1fd71-63d4-4e73-9332-3f70d03f6c86', 'bad_cursor'],
    ['at=', 'bad_time'],
    [`at=${id}`, 'bad_time'],
    ['at=1800000000', 'bad_time'],
    ['at=2026-11-21', 'bad_time'],
    ['at=2026-11-21T09:30:29', 'bad_time'],
    ['at=2026-11-31T09:30:29Z', 'bad_time'],
    ['at=2026-11-21T09:30:60Z', 'bad_time'],
    ['at=2026-11-21T09:30:29+01:00', 'bad_time'],
    [`before=${id}&offset=0`, 'two_cursors'],
    [`before=${id}&after=${id}`, 'two_cursors'],
    [`around=${id}&before=${id}`, 'two_cursors'],
    [`around=${id}&after=${id}`, 'two_cursors'],
    [`around=${id}&offset=0`, 'two_cursors'],
    [`around=${id}&at=2026-11-21T09:30:29Z`, 'two_cursors'],
    ['at=2026-11-21T09:30:29Z&offset=0', 'two_cursors'],
    ['at=1969-11-21T09:30:29Z&offset=0', 'two_cursors'],
    [`settled=${id}`, 'bad_field'],
    [`settled=${id}&before=${id}`, 'bad_field'],
    ['limit=1&limit=2', 'repeated_parameter'],
    [`before=${id}&before=${id}`, 'repeated_parameter'],
    [`around=${id}&around=${id}`, 'repeated_parameter'],
    ['at=2026-11-21T09:30:29Z&at=2026-11-21T09:30:29Z', 'repeated_parameter'],
  ] as const)('?%s as %s', async (query, kind) => {
    const { errors } = then.it_is_refused(await when.they_list(service, alice, bob, query), kind)
    expect(errors[0].path).toMatch(/^query/)
    expect(app.memory.statements).toEqual([])
  })

  test('an invalid time, and shows the format of a time, and how to escape its +', async () => {
    const { errors } = then.it_is_refused(await when.they_list(service, alice, bob, 'at=noon'), 'bad_time')
    const message = expect.stringMatching(/2026-11-21T09:30:29Z.*%2B/)
    expect(errors).toEqual([{ path: 'query.at', message }])
  })

  test.each(['before', 'after', 'around'])('nothing for %s in upper case', async (cursor) => {
    const upper = await when.they_list(service, alice, bob, `${cursor}=${id.toUpperCase()}&limit=200`)
    expect(then.it_succeeds(upper)).toEqual([])
  })

  test.each(['0000-01-01T00:00:00Z', '1969-12-31t23:59:59.9z', '9999-12-31T23:59:59-23:59'])(
    'nothing for the time %s, when there were no messages',
    async (at) => expect(then.it_succeeds(await when.they_list(service, alice, bob, `at=${at}`))).toEqual([]),
  )
})
