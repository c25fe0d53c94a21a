/** The metrics of a process as Prometheus takes them. This file alone knows prom-client's format. */
import { type Metric as Registered, Registry } from 'prom-client'
import { CATALOGUE, type Metric } from './catalogue.ts'
import { type AllCells, openCells, type Spread } from './cells.ts'
import type { Metrics } from './metrics.ts'

type Value = { labels: Record<string, string | number>; value: number; metricName?: string }

/** A registry of its own: prom-client counts, too, but joins and sorts the labels each time. */
export const openMetrics = (): { metrics: Metrics; registry: Registry } => {
  const cells = openCells()
  const registry = new Registry()
  for (const [name, metric] of Object.entries<Metric>(CATALOGUE)) {
    const about = { name, help: metric.help, type: metric.kind, aggregator: aggregatorOf(metric) }
    const get = async () => ({ ...about, values: valuesOf(name, metric, cells) })
    // All that a registry asks of a metric: its aggregation, which also registers others than its own, asks no more.
    registry.registerMetric({ ...about, get } as unknown as Registered)
  }
  return { metrics: cells.metrics, registry }
}

const aggregatorOf = (metric: Metric) => (metric.kind === 'gauge' && metric.across) || 'sum'

const valuesOf = (name: string, { labels }: Metric, { singles, spreads }: AllCells): Value[] => {
  const labelled = (values: [string, string]) =>
    Object.fromEntries(labels.map((label, index) => [label, values[index] as string]))
  const spread = spreads[name]
  if (spread)
    return [...spread.entries()].flatMap(([values, cell]) =>
      samplesOf(name, spread.bounds, cell, labelled(values)),
    )
  return [...(singles[name]?.entries() ?? [])].map(([values, { value }]) => ({
    labels: labelled(values),
    value,
  }))
}

/** Cumulative: each bound counts what is below the ones before it, too. */
const samplesOf = (
  name: string,
  bounds: readonly number[],
  { counts, sum }: Spread,
  labels: Value['labels'],
): Value[] => {
  let total = 0
  const buckets = [...bounds, '+Inf'].map((le, index) => {
    total += counts[index] as number
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ]
}
