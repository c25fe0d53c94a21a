/** Before, during and after a spike: whether it is as fast afterwards as it was before. */
import { type Figures, type Speed, speedOf, type Verdict } from './figures.ts'

export type Phases = Record<(typeof PHASES)[number], Speed>

const PHASES = ['before', 'peak', 'after'] as const

/** A few milliseconds come and go by chance, however short the times are. */
const CHANCE_MS = 25

export const phasesOf = ({ metrics }: Figures): Phases | undefined => {
  const speeds = PHASES.map((phase) => metrics[`http_req_duration{scenario:${phase}}`])
  if (!speeds.every(Boolean)) return undefined
  return Object.fromEntries(PHASES.map((phase, index) => [phase, speedOf(speeds[index]?.values)])) as Phases
}

export const recovery = ({ before, after }: Phases): Verdict => ({
  asserted: `p95 after the peak < twice that before it (${before.p95Ms.toFixed(1)} ms) + ${CHANCE_MS} ms`,
  found: after.p95Ms,
  holds: after.p95Ms < 2 * before.p95Ms + CHANCE_MS,
})
