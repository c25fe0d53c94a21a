/** Whether this instance's clock may stamp messages, judged by the database's clock (docs/decisions/0005). */
import { MAX_CLOCK_SKEW_MS } from './rules.ts'

/** One comparison: `offsetMs` is ours minus theirs, at the midpoint of a round trip that ended at `at`. */
export type Probe = { offsetMs: number; roundTripMs: number; at: number }
export type ClockVerdict = 'within' | 'out' | 'undecided'
/** What an instance remembers of its comparisons; times are unix milliseconds by its own wall clock. */
export type ClockMemory = {
  /** The last comparison that was decisive. */
  last?: { verdict: ClockVerdict; decidedAt: number }
  /** The last comparison: when, and the most that this clock may have been ahead of the database's. */
  compared?: { at: number; aheadMs: number }
}

/**
 * The best of several probes is the one with the shortest round trip: it leaves the least room for error. The true
 * offset lies within half of that round trip around the measured one (RFC 5905, section 8). The verdict is
 * `within` or `out` only if that whole range is; a range that straddles the bound decides nothing.
 */
export const judgeClock = (probes: Probe[]): { verdict: ClockVerdict; best: Probe } => {
  const best = probes.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a))
  const measuredMs = Math.abs(best.offsetMs)
  const errorMs = best.roundTripMs / 2
  if (measuredMs + errorMs <= MAX_CLOCK_SKEW_MS / 2) return { verdict: 'within', best }
  return { verdict: measuredMs - errorMs > MAX_CLOCK_SKEW_MS / 2 ? 'out' : 'undecided', best }
}
