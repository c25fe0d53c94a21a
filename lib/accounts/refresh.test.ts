import { beforeEach, describe, expect, test } from '@jest/globals'
import { Fault } from '../errors.ts'
import type { UserId } from '../model/ids.ts'
import { SESSION_MS, type Session, sessionIdAt } from '../model/session.ts'
import { refresh, type Sessions } from './refresh.ts'
import { type RefreshKeys, readRefreshToken, writeRefreshToken } from './refresh-token.ts'

const BEGUN_MS = 1_800_000_000_000
const MINUTE_MS = 60_000
const DAY_SECONDS = 86_400
const user = '0198c5a4-7d1e-4b7a-9c55-0d9c6a5d4e3f' as UserId
const session = sessionIdAt(BEGUN_MS, new Uint8Array(10))
const key = Buffer.alloc(32, 1)
const keys: RefreshKeys = { current: { kid: 'k', key }, all: new Map([['k', key]]) }
const token = (generation: number) => writeRefreshToken({ user, session, generation }, keys)

let row: Session | undefined
let withdrawn: string[]
let calls: string[]
let nowMs: number
/** What goes wrong once, before or after the effect of a statement. */
let failing: { call: string; when: 'before' | 'after'; kind: 'write_in_doubt' | 'database_unavailable' }[]

beforeEach(() => {
  row = { generation: 0, rotatedAtMs: BEGUN_MS }
  withdrawn = []
  calls = []
  failing = []
  nowMs = BEGUN_MS + 10 * MINUTE_MS
})

const statement = <T>(call: string, effect: () => T): Promise<T> => {
  calls.push(call)
  const next = failing[0]?.call === call ? failing.shift() : undefined
  if (next?.when === 'before') return Promise.reject(new Fault(next.kind, 'before'))
  const result = effect()
  return next ? Promise.reject(new Fault(next.kind, 'after')) : Promise.resolve(result)
}
const store: Sessions = {
  readSession: () => statement('readSession', () => row),
  rotateSession: (_user, _session, generation, next, endsMs) =>
    statement('rotateSession', () => {
      expect(endsMs).toBe(BEGUN_MS + SESSION_MS)
      if (row?.generation !== generation) return false
      row = next
      return true
    }),
  endSession: () =>
    statement('endSession', () => {
      row = undefined
    }),
  withdraw: (_user, { what, atMs }, seconds) =>
    statement('withdraw', () => {
      expect([atMs, seconds]).toEqual([nowMs, 30 * DAY_SECONDS + 20])
      withdrawn.push(what)
    }),
}
const present = (generation: number, laterMs = 0) => {
  nowMs += laterMs
  return refresh(token(generation), { store, now: () => nowMs, keys })
}
/** The generation of the token that is handed out, if any. */
const gets = async (generation: number, laterMs?: number) => {
  const { refreshToken } = await present(generation, laterMs)
  return refreshToken && readRefreshToken(refreshToken, keys)?.generation
}

describe('an honest client', () => {
  test('gets a new token each time', async () => {
    expect(await present(0)).toEqual({ user, session, refreshToken: token(1), how: 'rotated' })
    expect(await gets(1, 10 * MINUTE_MS)).toBe(2)
  })

  test('that lost the reply gets the same token at once, and another when it comes back later', async () => {
    expect(await gets(0)).toBe(1)
    expect(await gets(0, 29_000)).toBe(1)
    expect(await gets(0, 15_000)).toBeUndefined()
    expect(await gets(0, MINUTE_MS)).toBe(2)
    expect(await gets(2, 10 * MINUTE_MS)).toBe(3)
  })

  test('that refreshes at each load of its page, in several tabs, changes the session once a minute', async () => {
    expect(await gets(0)).toBe(1)
    expect(await gets(1, 1_000)).toBeUndefined()
    expect(await gets(0, 1_000)).toBe(1)
    expect(await gets(1, 20_000)).toBeUndefined()
    expect(calls.filter((call) => call === 'rotateSession')).toHaveLength(1)
  })
})

describe('a thief', () => {
  const refused = { kind: 'unauthorized' }
  const isOver = async () => {
    expect([row, withdrawn]).toEqual([undefined, [`sid:${session}`]])
    for (const generation of [0, 1, 2, 3]) await expect(present(generation)).rejects.toMatchObject(refused)
  }

  test('who comes first is found out at the next use of what was got, once the client has come, too', async () => {
    expect(await gets(0)).toBe(1)
    expect(await gets(0, MINUTE_MS + 1)).toBe(2)
    await expect(present(1, 1_000)).rejects.toMatchObject(refused)
    await isOver()
  })

  test('who goes on alone is found out when the client comes', async () => {
    expect(await gets(0)).toBe(1)
    expect(await gets(1, MINUTE_MS + 1)).toBe(2)
    await expect(present(0)).rejects.toMatchObject(refused)
    await isOver()
  })

  test('who comes within 30 s of every refresh cannot be told from another tab, until that fails once', async () => {
    for (const generation of [0, 1, 2]) {
      expect(await gets(generation, 10 * MINUTE_MS)).toBe(generation + 1)
      expect(await gets(generation, 29_000)).toBe(generation + 1)
    }
    expect(await gets(3, 10 * MINUTE_MS)).toBe(4)
    expect(await gets(3, MINUTE_MS + 1)).toBe(5)
    await expect(present(4, 10 * MINUTE_MS)).rejects.toMatchObject(refused)
    await isOver()
  })

  test.each(['withdraw', 'endSession'])(
    'is refused only once the session has ended: %s fails',
    async (call) => {
      row = { generation: 2, previous: 1, rotatedAtMs: BEGUN_MS }
      failing = [{ call, when: 'before', kind: 'database_unavailable' }]
      await expect(present(0)).rejects.toMatchObject({ kind: 'database_unavailable' })
      await expect(present(0)).rejects.toMatchObject(refused)
      expect(row).toBeUndefined()
      expect(withdrawn).toContain(`sid:${session}`)
    },
  )
})

describe('a rotation in doubt', () => {
  test.each(['before', 'after'] as const)('%s it took effect is read again', async (when) => {
    failing = [{ call: 'rotateSession', when, kind: 'write_in_doubt' }]
    expect(await gets(0)).toBe(1)
    expect(row).toMatchObject({ generation: 1, previous: 0 })
    expect(calls.slice(0, 3)).toEqual(['readSession', 'rotateSession', 'readSession'])
  })

  test('again and again is left in doubt, and the next request with the same token succeeds', async () => {
    failing = Array.from({ length: 3 }, () => ({
      ...({ call: 'rotateSession', when: 'before', kind: 'write_in_doubt' } as const),
    }))
    await expect(present(0)).rejects.toMatchObject({ kind: 'write_in_doubt' })
    expect(await gets(0)).toBe(1)
  })

  test('that was another request first gives the token of that one', async () => {
    const both = await Promise.all([gets(0), gets(0)])
    expect(both).toEqual([1, 1])
    expect(row).toMatchObject({ generation: 1, previous: 0 })
  })
})

test('no refresh after thirty days, whatever the database still has', async () => {
  nowMs = BEGUN_MS + SESSION_MS
  await expect(present(0)).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(await gets(0, -1)).toBe(1)
})

test('a generation that this data centre has not heard of is not theft: the client repeats it', async () => {
  await expect(present(1)).rejects.toMatchObject({ kind: 'database_unavailable' })
  expect(row).toBeDefined()
})

test('what is not a refresh token of ours asks the database nothing', async () => {
  await expect(refresh(`${token(0)}A`, { store, now: () => nowMs, keys })).rejects.toMatchObject({
    kind: 'unauthorized',
  })
  expect(calls).toEqual([])
})
