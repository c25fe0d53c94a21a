import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { emptyMemory, memoryStore } from '../../test/steps/memory-store.ts'
import { startCall } from '../call.ts'
import type { Context } from '../context.ts'
import { openLog } from '../log.ts'
import { DEFAULT_RULES } from '../timeline/rules.ts'
import { checkClock, requireClock } from './clock.ts'
import { emptyDialogMemory } from './memory.ts'

const unused = {
  rules: DEFAULT_RULES,
  memory: emptyDialogMemory(),
  note: () => undefined,
  decide: () => undefined,
}

describe('the clock guard', () => {
  let now: number
  let theirs: number
  let roundTripMs: number
  let probes: number
  let lines: string[]
  let ctx: Context

  beforeEach(() => {
    now = 1_800_000_000_000
    theirs = 0
    roundTripMs = 2
    probes = 0
    lines = []
    const store = {
      ...memoryStore(emptyMemory(), startCall(1_000)),
      databaseTime: async () => {
        probes += 1
        now += roundTripMs
        return now - roundTripMs / 2 + theirs
      },
    }
    const log = openLog({ write: (line) => void lines.push(line) })
    ctx = { store, clock: {}, now: () => now, random: randomBytes, log, ...unused }
  })

  const refused = () => expect(requireClock(ctx)).rejects.toMatchObject({ kind: 'clock_out_of_bounds' })

  test('compares three times at first use, then not again for 30 seconds', async () => {
    await requireClock(ctx)
    now += 29_000
    await requireClock(ctx)
    expect(probes).toBe(3)
    now += 1_000
    await requireClock(ctx)
    expect(probes).toBe(6)
  })

  test('refuses to stamp out of bounds, logs both times, and recovers with the clock', async () => {
    theirs = 10_000
    await refused()
    expect(JSON.parse(String(lines[0]))).toMatchObject({
      verdict: 'out',
      our_time: now,
      database_time: now + theirs,
    })
    theirs = 0
    await requireClock(ctx)
  })

  test('without a decision the last verdict stands for five minutes', async () => {
    await requireClock(ctx)
    roundTripMs = 400
    now += 4 * 60_000
    await requireClock(ctx)
    now += 61_000
    await refused()
  })

  test('without any decision nothing is stamped', async () => {
    roundTripMs = 400
    await refused()
  })

  test('a clock that was set back is compared again at once', async () => {
    await requireClock(ctx)
    now -= 3_600_000
    theirs = 3_600_000
    await refused()
  })

  test('requests at the same moment share one comparison', async () => {
    await Promise.all([requireClock(ctx), requireClock(ctx), checkClock(ctx)])
    expect(probes).toBe(3)
  })

  test('a comparison that failed is made again by those who joined it', async () => {
    const answer = ctx.store.databaseTime
    ctx.store.databaseTime = async () => {
      ctx.store.databaseTime = answer
      throw new Error('no time left')
    }
    const [first, second] = await Promise.allSettled([requireClock(ctx), requireClock(ctx)])
    expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled'])
  })
})
