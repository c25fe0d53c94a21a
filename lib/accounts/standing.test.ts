import { beforeEach, expect, test } from '@jest/globals'
import { Fault } from '../errors.ts'
import type { UserId } from '../model/ids.ts'
import { ALL_TOKENS, type TokenIdentity } from '../model/token.ts'
import type { Store, Withdrawal } from '../store/store.ts'
import { standings } from './standing.ts'

const BEGIN_MS = 1_700_000_000_000
const token: TokenIdentity = {
  user: 'alice' as UserId,
  issuedMs: BEGIN_MS,
  names: ['sid:s', 'jti:t'],
  maxAgeSeconds: 86_400,
  isOwn: false,
}

let wallMs: number
let monotonicMs: number
let withdrawn: Withdrawal[]
let asked: unknown[][]
let isVoid: (asked?: TokenIdentity) => boolean | Promise<boolean>

beforeEach(() => {
  wallMs = BEGIN_MS
  monotonicMs = 0
  withdrawn = []
  asked = []
  const store = {
    withdrawals: async (...names: unknown[]) => {
      asked.push(names)
      return withdrawn
    },
  } as Partial<Store> as Store
  const standing = standings(() => monotonicMs)
  isVoid = (asked = token) => standing(asked, { store, now: () => wallMs })
})
const passes = (ms: number) => {
  wallMs += ms
  monotonicMs += ms
}

test('a token is asked about by its names and that of all tokens, and then known for five seconds', async () => {
  expect(await isVoid()).toBe(false)
  expect(asked).toEqual([['alice', [ALL_TOKENS, 'sid:s', 'jti:t']]])
  withdrawn = [{ what: 'jti:t', atMs: wallMs }]
  passes(4_999)
  expect(isVoid()).toBe(false)
  passes(1)
  expect(await isVoid()).toBe(true)
  expect(asked).toHaveLength(2)
  passes(1)
  expect(isVoid()).toBe(true)
})

test('a withdrawal of all tokens covers those that were issued up to it, give or take the clocks of issuers', async () => {
  for (const [afterMs, covered] of [
    [1, true],
    [0, true],
    [-4_000, true],
    [-4_001, false],
  ] as const) {
    passes(5_000)
    withdrawn = [{ what: ALL_TOKENS, atMs: BEGIN_MS + afterMs }]
    expect([afterMs, await isVoid()]).toEqual([afterMs, covered])
  }
})

test('of our own tokens it covers those that were issued up to it, to the millisecond', async () => {
  const own = { ...token, isOwn: true }
  for (const [afterMs, covered] of [
    [1, true],
    [0, true],
    [-1, false],
  ] as const) {
    passes(5_000)
    withdrawn = [{ what: ALL_TOKENS, atMs: BEGIN_MS + afterMs }]
    expect([afterMs, await isVoid(own)]).toEqual([afterMs, covered])
  }
})

test('a session or a token that is withdrawn stays so, whenever its tokens were issued', async () => {
  withdrawn = [{ what: 'sid:s', atMs: 0 }]
  expect(await isVoid()).toBe(true)
})

test('what was known is asked again after the wall clock was set back, and after a freeze that only one clock saw', async () => {
  await isVoid()
  wallMs -= 1
  await isVoid()
  expect(asked).toHaveLength(2)
  wallMs += 5_000
  await isVoid()
  expect(asked).toHaveLength(3)
  monotonicMs += 5_000
  await isVoid()
  expect(asked).toHaveLength(4)
})

test('what could not be asked is not known', async () => {
  const store = {
    withdrawals: async () => {
      throw new Fault('database_unavailable', 'gone')
    },
  } as Partial<Store> as Store
  const standing = standings(() => monotonicMs)
  for (let time = 0; time < 2; time += 1)
    await expect(standing(token, { store, now: () => wallMs })).rejects.toMatchObject({
      kind: 'database_unavailable',
    })
})
