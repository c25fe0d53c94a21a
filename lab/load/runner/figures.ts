/** What k6 measured, as it writes it, and the words that our reports have for it. */

/** As k6 writes them: `http_reqs{operation:sendMessage,status:503}` -> its values and its thresholds. */
export type Figures = {
  state: { testRunDurationMs: number }
  metrics: Record<string, { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> }>
  root_group: { checks: { name: string; passes: number; fails: number }[] }
}
export type Speed = { p50Ms: number; p95Ms: number; p99Ms: number; maxMs: number }
export type Verdict = { asserted: string; found: number; holds: boolean }

export const speedOf = (values: Record<string, number> = {}): Speed => ({
  p50Ms: values['med'] ?? Number.NaN,
  p95Ms: values['p(95)'] ?? Number.NaN,
  p99Ms: values['p(99)'] ?? Number.NaN,
  maxMs: values['max'] ?? Number.NaN,
})
