/** What a dashboard is, whoever draws it: panels, each a question and the queries that answer it. */
import { promql } from './promql.ts'

export type Unit = 'requests a second' | 'a second' | 'share' | 'seconds' | 'bytes' | 'count'

export type Query = { expression: string; legend: string }

export type Panel = {
  /** A question: an operator reads titles first. */
  title: string
  /** What the answer means, and where to look next. */
  answer: string
  unit: Unit
  queries: Query[]
  /** A line to compare with. */
  limit?: number
}

export type Dashboard = {
  /** Of its file and its address. */
  name: string
  title: string
  panels: Panel[]
}

/** Grafana fills both in: the one by the zoom, the other by what is chosen above the panels. */
export const RATE_INTERVAL = '$__rate_interval'
export const INSTANCE = '$instance'

/** The queries of all panels. */
export const { rate, observed, happened, quantile, each, ofProcess } = promql(
  RATE_INTERVAL,
  `instance=~"${INSTANCE}"`,
)

/** The lines that a panel of durations or sizes has. */
export const medianAndMost = (histogram: Parameters<typeof quantile>[1]): Query[] => [
  { expression: quantile(0.5, histogram), legend: 'median' },
  { expression: quantile(0.99, histogram), legend: 'p99' },
]

export const one = (expression: string, legend: string): Query[] => [{ expression, legend }]
