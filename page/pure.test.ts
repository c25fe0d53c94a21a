import { describe, expect, test } from '@jest/globals'
import { backoffMs } from './backoff.ts'
import { groupsOf } from './groups.ts'
import { linksOf } from './link.ts'
import { addressOf, personIn } from './route.ts'
import { claimsOf } from './token.ts'

test('a header Link leads to the pages before and behind', () => {
  const header = '<?before=a&limit=1>; rel="next", <?after=b&settled=c&limit=1>; rel="prev"'
  expect(linksOf(header)).toEqual({ next: '?before=a&limit=1', prev: '?after=b&settled=c&limit=1' })
  expect(linksOf(null)).toEqual({})
})

test('the wait doubles up to half a minute, or is what the service asks for, times a random number', () => {
  expect([0, 1, 2, 10].map((failures) => backoffMs(failures, 0, 1))).toEqual([1_000, 2_000, 4_000, 30_000])
  expect([backoffMs(0, 60_000, 0.5), backoffMs(3, 0, 0)]).toEqual([30_000, 0])
})

test('any user id survives the address', () => {
  for (const id of ['bob', 'auth0|1', 'a/b#c?d', 'ü %', '#/']) expect(personIn(addressOf(id))).toBe(id)
  expect(['', '#', '#/', '#/%', '#bob'].map(personIn)).toEqual(Array(5).fill(undefined))
})

test('a token says who, which session, and until when; anything else is none', () => {
  const token = (claims: object) =>
    `e30.${btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims))))}.x`
  expect(claimsOf(token({ sub: 'ünal', sid: 's', exp: 2 }))).toEqual({
    user: 'ünal',
    session: 's',
    expiresMs: 2_000,
  })
  expect([
    claimsOf(''),
    claimsOf('a.b.c'),
    claimsOf(token({ sub: 'a' })),
    claimsOf(token({ exp: 1 })),
  ]).toEqual(Array(4).fill(undefined))
})

describe('messages', () => {
  const at = (from: string, minutes: number) => ({
    id: String(minutes),
    from,
    to: '',
    text: '',
    sent_at: new Date(2026, 0, 1, 12, minutes).toISOString(),
  })

  test('are grouped by day, and by who has written them in one go', () => {
    const days = groupsOf([at('a', 0), at('a', 1), at('b', 2), at('b', 9), at('b', 24 * 60)])
    expect(days.map(({ groups }) => groups.map(({ from, messages }) => [from, messages.length]))).toEqual([
      [
        ['a', 2],
        ['b', 1],
        ['b', 1],
      ],
      [['b', 1]],
    ])
  })
})
