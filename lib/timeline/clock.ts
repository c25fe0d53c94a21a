/** Whether this instance's clock may stamp messages, judged by the database's clock (docs/decisions/0005). */
import { MAX_CLOCK_SKEW_MS } from './rules.ts'

/** One comparison: `offsetMs` is ours minus theirs, at the middle of a round trip that ended at `at`. */
export type Probe = { offsetMs: number; roundTripMs: number; at: number }
export type ClockVerdict = 'within' | 'out' | 'undecided'
/** What an instance remembers of its comparisons; times in unix milliseconds by its own wall clock. */
export type ClockMemory = {
  /** The last one that decided anything. */
  last?: { verdict: ClockVerdict; decidedAt: number }
  /** The last one: when, and how far this clock was ahead of the database's. */
  compared?: { at: number; aheadMs: number }
}

/** The best of several probes is the one with the shortest round trip: it leaves the least room for error. */
export const judgeClock = (probes: Probe[]): { verdict: ClockVerdict; best: Probe } => {
  const best = probes.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a))
  if (best.roundTripMs > MAX_CLOCK_SKEW_MS / 2) return { verdict: 'undecided', best }
  const surelyApartMs = Math.abs(best.offsetMs) - best.roundTripMs / 2
  return { verdict: surelyApartMs <= MAX_CLOCK_SKEW_MS / 2 ? 'within' : 'out', best }
}
