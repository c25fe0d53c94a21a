import { describe, expect, test } from '@jest/globals'
import { Fault } from '../errors.ts'
import type { DialogId } from '../model/ids.ts'
import { GREATEST_TOKEN, LEAST_TOKEN } from '../store/dialogs.ts'
import type { PagingState } from '../store/store.ts'
import { adoptAll, type Ring } from './adopt-all.ts'

const RANGE = 2n ** 54n
const PAGE = 3

/** `count` dialogs evenly over the ring, and a clock that goes on while somebody sleeps, or a dialog is listed. */
const a_ring = (count: number, more: Partial<Ring> = {}) => {
  const step = 2n ** 64n / BigInt(count)
  const tokens = Array.from({ length: count }, (_, index) => LEAST_TOKEN + step * BigInt(index) + 1n)
  const [adopted, said, ranges]: [string[], string[], [bigint, bigint][]] = [[], [], []]
  const hand = { now: 0, under: 0, most: 0 }
  const interruption = new AbortController()
  const ring: Ring = {
    dialogsBetween: async (after, upTo, from) => {
      if (!from) ranges.push([after, upTo])
      const within = tokens.filter((token) => token > after && token <= upTo)
      const begin = Number(from ?? 0)
      const rows = within.slice(begin, begin + PAGE).map((token) => Buffer.from(String(token)) as DialogId)
      return { rows, ...(begin + PAGE < within.length && { next: String(begin + PAGE) as PagingState }) }
    },
    adopt: async (dialog) => {
      hand.under += 1
      hand.most = Math.max(hand.most, hand.under)
      await new Promise(setImmediate)
      hand.under -= 1
      adopted.push(dialog.toString())
    },
    now: () => hand.now,
    sleep: async (ms) => {
      hand.now += ms
    },
    say: (line) => void said.push(line),
    signal: interruption.signal,
    ...more,
  }
  const all = tokens.map(String).sort()
  return { ring, adopted, said, ranges, hand, interruption, all }
}
const WHOLE = { from: LEAST_TOKEN, perSecond: 1_000_000 }
const continuation = (error: Error) => BigInt(/--from=(-?\d+)/.exec(error.message)?.[1] ?? 'none')

describe('listing all dialogs', () => {
  test('takes each once, in 1,024 ranges from the least token to the greatest, with all of their pages', async () => {
    const { ring, adopted, ranges, all, said } = a_ring(5_000)
    await adoptAll(WHOLE, ring)
    expect(adopted.sort()).toEqual(all)
    expect(ranges).toHaveLength(1_024)
    expect(ranges[0]).toEqual([LEAST_TOKEN, LEAST_TOKEN + RANGE])
    expect(ranges.slice(1).every(([after], index) => after === ranges[index]?.[1])).toBe(true)
    expect(ranges.at(-1)?.[1]).toBe(GREATEST_TOKEN)
    expect(said.at(-1)).toBe('100 %: 5,000 dialogs listed')
  })

  /** All dialogs are on one page. */
  const one_page = (count: number): Ring['dialogsBetween'] => {
    const rows = Array.from({ length: count }, (_, index) => Buffer.from(String(index)) as DialogId)
    return async (after) => ({ rows: after === LEAST_TOKEN ? rows : [] })
  }

  test('keeps to the pace, and to 32 at once', async () => {
    const wide = a_ring(1)
    const { hand, adopted } = wide
    const dialogsBetween = one_page(500)
    await adoptAll({ ...WHOLE, perSecond: 100 }, { ...wide.ring, dialogsBetween })
    expect(adopted).toHaveLength(500)
    expect(hand.now).toBeGreaterThanOrEqual(4_990)
    hand.now = 0
    await adoptAll(WHOLE, { ...wide.ring, dialogsBetween, sleep: async () => undefined })
    expect(hand.most).toBe(32)
  })

  test('says every five seconds how far it is, how fast, and how long it takes', async () => {
    const { ring, said } = a_ring(4_096)
    await adoptAll({ ...WHOLE, perSecond: 25 }, ring)
    expect(said.length).toBeGreaterThanOrEqual(32)
    expect(said[0]).toMatch(/^[23]\.\d %: 12\d dialogs, 25 a second, about 3 min left$/)
    expect(said[15]).toMatch(/^(49|50)\.\d %: 2,0\d\d dialogs, 25 a second, about 8\d s left$/)
  })

  test('repeats a dialog or a page that fails', async () => {
    const tried = new Map<string, number>()
    const often = (what: string) => {
      tried.set(what, (tried.get(what) ?? 0) + 1)
      if ((tried.get(what) ?? 0) < 8) throw new Fault('write_in_doubt', 'no quorum')
    }
    const { ring, all, hand } = a_ring(3)
    const listed: string[] = []
    await adoptAll(WHOLE, {
      ...ring,
      dialogsBetween: async (after, upTo, from) => {
        if (after === LEAST_TOKEN) often('page')
        return ring.dialogsBetween(after, upTo, from)
      },
      adopt: async (dialog) => {
        often(dialog.toString())
        listed.push(dialog.toString())
      },
    })
    expect(listed.sort()).toEqual(all)
    expect(hand.now).toBeGreaterThan(0)
  })

  test.each([
    ['a statement goes on failing', new Fault('database_unavailable', 'no quorum'), 8],
    ['there is a mistake in the code', new TypeError('undefined'), 1],
  ])('stops when %s, having skipped nothing: another run continues', async (_, failure, attempts) => {
    const { ring, adopted, all } = a_ring(3_000)
    let failed = 0
    const bad = all[1_234] as string
    const stopped = await adoptAll(
      { ...WHOLE, perSecond: 70_000 },
      {
        ...ring,
        adopt: async (dialog) => {
          if (dialog.toString() !== bad) return ring.adopt(dialog)
          failed += 1
          throw failure
        },
      },
    ).catch((error) => error)
    expect(stopped.message).toMatch(
      /^stopped after [\d,]+ dialogs; to continue: npm run migrate -- inbox --from=-?\d+ --per-second=70000$/,
    )
    expect(stopped.cause).toBe(failure)
    expect(failed).toBe(attempts)
    expect(adopted.length).toBeLessThan(3_000)
    await adoptAll({ ...WHOLE, from: continuation(stopped) }, ring)
    expect([...new Set(adopted)].sort()).toEqual(all)
    // What was done is not done again, but for the range in which it stopped.
    expect(adopted.length).toBeLessThan(3_010)
  })

  test('begins no other dialog once one has failed', async () => {
    const { ring, adopted } = a_ring(1)
    const adopt: Ring['adopt'] = async (dialog) => {
      await ring.adopt(dialog)
      if (dialog.toString() === '40') throw new TypeError('undefined')
    }
    await expect(adoptAll(WHOLE, { ...ring, dialogsBetween: one_page(500), adopt })).rejects.toThrow()
    expect(adopted.length).toBeLessThan(40 + 2 * 32)
  })

  test('ends what has begun when it is interrupted, and another run continues', async () => {
    const { ring, adopted, all, hand, interruption } = a_ring(3_000)
    const stopped = await adoptAll(WHOLE, {
      ...ring,
      adopt: async (dialog) => {
        await ring.adopt(dialog)
        if (adopted.length === 1_000) interruption.abort(new Error('SIGINT'))
      },
    }).catch((error) => error)
    expect(stopped.message).toMatch(/^interrupted after 1,00\d dialogs; to continue: /)
    expect(hand.under).toBe(0)
    await adoptAll(
      { ...WHOLE, from: continuation(stopped) },
      { ...ring, signal: new AbortController().signal },
    )
    expect([...new Set(adopted)].sort()).toEqual(all)
  })

  test('continues in the middle of a range, up to its end', async () => {
    const { ring, ranges } = a_ring(1)
    await adoptAll({ ...WHOLE, from: GREATEST_TOKEN - RANGE - 5n }, ring)
    expect(ranges).toEqual([
      [GREATEST_TOKEN - RANGE - 5n, GREATEST_TOKEN - RANGE + 1n],
      [GREATEST_TOKEN - RANGE + 1n, GREATEST_TOKEN],
    ])
  })
})
