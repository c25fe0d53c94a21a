/** Whether this instance's clock may stamp messages, judged by the database's clock (docs/decisions/0005). */
import { MAX_CLOCK_SKEW_MS } from './rules.ts'

/** One comparison: `offsetMs` is ours minus theirs, at the middle of a round trip that ended at `at`. */
export type Probe = { offsetMs: number; roundTripMs: number; at: number }
export type ClockVerdict = 'within' | 'out' | 'undecided'
/** What an instance remembers of its comparisons; times in unix milliseconds by its own wall clock. */
export type ClockMemory = {
  /** The last one that decided anything. */
  last?: { verdict: ClockVerdict; decidedAt: number }
  /** The last one: when, and how far this clock may have been ahead of the database's, at most. */
  compared?: { at: number; aheadMs: number }
}

/**
 * The best of several probes is the one with the shortest round trip: it leaves the least room for error. The true
 * offset lies within half of that round trip around the measured one (RFC 5905, section 8). `within` and `out` are said
 * only if all of that range is; what lies across the bound decides nothing.
 */
export const judgeClock = (probes: Probe[]): { verdict: ClockVerdict; best: Probe } => {
  const best = probes.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a))
  const measuredMs = Math.abs(best.offsetMs)
  const errorMs = best.roundTripMs / 2
  if (measuredMs + errorMs <= MAX_CLOCK_SKEW_MS / 2) return { verdict: 'within', best }
  return { verdict: measuredMs - errorMs > MAX_CLOCK_SKEW_MS / 2 ? 'out' : 'undecided', best }
}
