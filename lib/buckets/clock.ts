/** Keeps an instance from stamping while its clock is out of bounds: compares it with the database's while in use. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { judgeClock, type Probe } from '../timeline/clock.ts'
import { singleFlight } from './memory.ts'

const PROBES = 3
const CHECK_EVERY_MS = 30_000
const VERDICT_STANDS_MS = 5 * 60_000

/**
 * Resolves when messages may be stamped. Cheap while the last comparison is fresh and good; call it before an index read.
 * `now` compares at once: before a time bucket is opened or made visible, which is rare, and tells everybody the time.
 * @throws Fault `clock_out_of_bounds`, also when no comparison has been decisive for five minutes
 */
export const requireClock = async (ctx: Context, when: 'now' | 'in use' = 'in use'): Promise<void> => {
  if (when === 'now' || !isFresh(ctx) || !isWithinBounds(ctx)) await checkClock(ctx)
  if (!isWithinBounds(ctx)) throw new Fault('clock_out_of_bounds', "the clock is too far from the database's")
}

/**
 * The time in unix milliseconds, never later than the database's: readers work even while their clock is out of bounds,
 * and must not take for settled what is still being written.
 */
export const cautiousTime = async (ctx: Context): Promise<number> => {
  // Repeats if the clock was set after the best probe. It ends at the deadline, when probes start to fail.
  while (!isFresh(ctx)) await checkClock(ctx)
  return ctx.now() - Math.max(0, ctx.clock.compared?.aheadMs ?? 0)
}

/** Compares now, or joins a comparison in flight. */
export const checkClock = (ctx: Context): Promise<void> =>
  singleFlight(ctx.memory, 'clock', () => compare(ctx))

export const isWithinBounds = ({ clock: { last }, now }: Context): boolean =>
  last?.verdict === 'within' && Math.abs(now() - last.decidedAt) <= VERDICT_STANDS_MS

const isFresh = ({ clock: { compared }, now }: Context): boolean =>
  compared !== undefined && Math.abs(now() - compared.at) < CHECK_EVERY_MS

const compare = async (ctx: Context) => {
  const probes: Probe[] = []
  while (probes.length < PROBES) probes.push(await probe(ctx))
  const { verdict, best } = judgeClock(probes)
  // Not the current time: a clock that was set after that probe has not been compared.
  const { at } = best
  ctx.metrics.set('dialogs_clock_offset_seconds', best.offsetMs / 1000)
  ctx.clock.compared = { at, aheadMs: best.offsetMs + best.roundTripMs / 2 }
  if (verdict !== 'undecided') ctx.clock.last = { verdict, decidedAt: at }
  if (verdict !== 'within') {
    const times = {
      our_time: at,
      database_time: at - best.offsetMs,
      round_trip_ms: best.roundTripMs,
    }
    ctx.log.warn({ verdict, ...times }, 'clock compared with the database')
  }
}

const probe = async ({ store, now }: Context): Promise<Probe> => {
  const asked = now()
  const theirs = await store.databaseTime()
  const answered = now()
  return { offsetMs: (asked + answered) / 2 - theirs, roundTripMs: Math.abs(answered - asked), at: answered }
}
