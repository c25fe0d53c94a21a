/** What the service counts and measures, wherever it goes: an admin port's page, a function's log line, or nowhere. */
import type { CounterName, GaugeName, HistogramName } from './catalogue.ts'

/** Values of labels are given in the order of the catalogue. None of them throws, or waits. */
export type Metrics = {
  count: (counter: CounterName, ...labels: string[]) => void
  observe: (histogram: HistogramName, value: number, ...labels: string[]) => void
  set: (gauge: GaugeName, value: number, ...labels: string[]) => void
  /** Counts a request that has its reply, and measures it. Returns what its log line has to carry for that, if anything. */
  reply: (operation: string, code: string, durationMs: number) => object | undefined
}

export const NO_METRICS: Metrics = {
  count: () => undefined,
  observe: () => undefined,
  set: () => undefined,
  reply: () => undefined,
}
