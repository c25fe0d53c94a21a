import { beforeEach, describe, expect, test } from '@jest/globals'
import { an_instance, type OneInstance } from '../../test/fakes/one-instance.ts'
import { cautiousTime, checkClock, requireClock } from './clock.ts'

describe('the clock guard', () => {
  let hand: OneInstance['hand']
  let theirs: number
  let roundTripMs: number
  let probes: number
  let lines: OneInstance['lines']
  let ctx: OneInstance['ctx']

  beforeEach(() => {
    theirs = 0
    roundTripMs = 2
    probes = 0
    ;({ ctx, hand, lines } = an_instance())
    ctx.store.databaseTime = async () => {
      probes += 1
      hand.now += roundTripMs
      return hand.now - roundTripMs / 2 + theirs
    }
  })

  const refused = () => expect(requireClock(ctx)).rejects.toMatchObject({ kind: 'clock_out_of_bounds' })

  test('probes three times at first use, then not for 30 seconds', async () => {
    await requireClock(ctx)
    hand.now += 29_000
    await requireClock(ctx)
    expect(probes).toBe(3)
    hand.now += 1_000
    await requireClock(ctx)
    expect(probes).toBe(6)
  })

  test('refuses to stamp out of bounds, logs both times, and recovers with the clock', async () => {
    theirs = 10_000
    const answeredFirst = hand.now + roundTripMs
    await refused()
    expect(lines[0]).toMatchObject({
      verdict: 'out',
      our_time: answeredFirst,
      database_time: answeredFirst + theirs,
    })
    theirs = 0
    await requireClock(ctx)
  })

  test('while comparisons are undecided, the last verdict stands for five minutes', async () => {
    await requireClock(ctx)
    roundTripMs = 600
    hand.now += 4 * 60_000
    await requireClock(ctx)
    hand.now += 61_000
    await refused()
  })

  test('a verdict older than five minutes is renewed at once, however recent the last comparison', async () => {
    await requireClock(ctx)
    roundTripMs = 600
    hand.now += 4 * 60_000 + 50_000
    await requireClock(ctx)
    roundTripMs = 2
    hand.now += 10_000
    await requireClock(ctx)
    expect(probes).toBe(9)
  })

  test('without any verdict nothing is stamped', async () => {
    roundTripMs = 600
    await refused()
  })

  test('a clock that was set back is compared again at once', async () => {
    await requireClock(ctx)
    hand.now -= 3_600_000
    theirs = 3_600_000
    await refused()
  })

  test('a clock that is set during a comparison is compared again', async () => {
    const answer = ctx.store.databaseTime
    ctx.store.databaseTime = async () => {
      const said = await answer()
      if (probes === 3) {
        hand.now += 3_600_000
        theirs = -3_600_000
      }
      return said
    }
    await refused()
    expect(probes).toBe(3)
    await refused()
    expect(probes).toBe(6)
  })

  test('concurrent requests share one comparison', async () => {
    await Promise.all([requireClock(ctx), requireClock(ctx), checkClock(ctx)])
    expect(probes).toBe(3)
  })

  test('a failed comparison is repeated by those that joined it', async () => {
    const answer = ctx.store.databaseTime
    ctx.store.databaseTime = async () => {
      ctx.store.databaseTime = answer
      throw new Error('no time left')
    }
    const [first, second] = await Promise.allSettled([requireClock(ctx), requireClock(ctx)])
    expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled'])
  })
})

describe('the time by which a reader decides what is settled', () => {
  const { ctx, hand, memory, times } = an_instance()

  test("is the database's when this clock is ahead, compared every 30 seconds", async () => {
    memory.clockOffsetMs = -60_000
    expect(await cautiousTime(ctx)).toBe(hand.now - 60_000)
    hand.now += 29_999
    expect(await cautiousTime(ctx)).toBe(hand.now - 60_000)
    expect(times('databaseTime')).toBe(3)
    hand.now += 1
    memory.clockOffsetMs = 0
    expect(await cautiousTime(ctx)).toBe(hand.now)
  })

  test('allows for the uncertainty of the round trip', async () => {
    const { ctx, hand } = an_instance()
    ctx.store.databaseTime = async () => {
      const said = hand.now
      hand.now += 40
      return said
    }
    // Measured 20 ms ahead, with round trips of 40 ms: at most 40 ms ahead.
    expect(await cautiousTime(ctx)).toBe(hand.now - 40)
  })

  test('is measured again if the clock was set after the best probe', async () => {
    const { ctx, hand } = an_instance()
    let probes = 0
    let aheadMs = 0
    ctx.store.databaseTime = async () => {
      probes += 1
      const said = hand.now - aheadMs
      if (probes === 2) {
        hand.now += 3_600_000
        aheadMs = 3_600_000
      }
      // Slower than the first, which precedes the step.
      if (probes === 3) hand.now += 100
      return said
    }
    expect(await cautiousTime(ctx)).toBe(hand.now - 3_600_000)
    expect(probes).toBe(6)
  })

  test('is its own when this clock is behind', async () => {
    hand.now += 30_000
    memory.clockOffsetMs = 60_000
    expect(await cautiousTime(ctx)).toBe(hand.now)
  })
})
