/** Queries of Prometheus, made of the catalogue: a metric or a label that it does not have does not compile. */
import type {
  CATALOGUE,
  CounterName,
  GaugeName,
  HistogramName,
  MetricName,
} from '../../lib/metrics/catalogue.ts'

type LabelOf<Name extends MetricName> = (typeof CATALOGUE)[Name]['labels'][number]
/** Where the catalogue lists the values of a label, no other compiles. */
type ValueOf<Name extends MetricName> = (typeof CATALOGUE)[Name] extends {
  values: readonly (infer Value extends string)[]
}
  ? Value
  : string
/** A text is the whole value; a pattern matches all of it, as Prometheus anchors it. */
type Where<Name extends MetricName> = { [Label in LabelOf<Name>]?: ValueOf<Name> | RegExp }
type Matchers = Record<string, string | RegExp | undefined>
/** Prometheus adds the instance that it has asked. */
type By<Name extends MetricName> = LabelOf<Name> | 'instance'

/** What the client library tells of each process; the test that runs Prometheus holds these names. */
export type ProcessMetric =
  | 'process_cpu_seconds_total'
  | 'process_resident_memory_bytes'
  | 'nodejs_eventloop_lag_p99_seconds'

/** As `scrape_configs` calls the instances of the service. */
export const JOB = 'dialogs'

/**
 * @param window over which rates are taken: `5m`, or a variable of Grafana
 * @param scope a matcher that every series has to fulfil, such as `instance=~"$instance"`
 */
export const promql = (window: string, scope?: string) => {
  const series = (name: string, where: Matchers = {}) => {
    const matchers = Object.entries(where).flatMap(([label, value]) =>
      value ? [matcherOf(label, value)] : [],
    )
    const all = [...matchers, ...(scope ? [scope] : [])].join(',')
    return all ? `${name}{${all}}` : name
  }
  const perSecond = (name: string, where: Matchers) => `rate(${series(name, where)}[${window}])`

  return {
    /** Events a second. */
    rate: <Name extends CounterName>(counter: Name, by: By<Name>[] = [], where: Where<Name> = {}) =>
      sum(by, perSecond(counter, where)),

    /** Observations a second. */
    observed: <Name extends HistogramName>(histogram: Name, by: By<Name>[] = [], where: Where<Name> = {}) =>
      sum(by, perSecond(`${histogram}_count`, where)),

    /**
     * Events within the window. `increase` alone does not see the first event of a series, since a counter with labels
     * appears with a 1: such a series counts as a whole.
     */
    happened: <Name extends CounterName>(counter: Name, by: By<Name>[] = [], where: Where<Name> = {}) => {
      const all = series(counter, where)
      return sum(by, `(increase(${all}[${window}]) and ${all} offset ${window}) or ${all}`)
    },

    /** @param share from 0 to 1 */
    quantile: <Name extends HistogramName>(
      share: number,
      histogram: Name,
      by: By<Name>[] = [],
      where: Where<Name> = {},
    ) => `histogram_quantile(${share}, ${sum(['le', ...by], perSecond(`${histogram}_bucket`, where))})`,

    /**
     * The share of observations above one of the histogram's bounds, from 0 to 1. Prometheus 3 writes a whole bound as
     * `32.0`, Prometheus 2 as it was told.
     */
    above: (bound: number, histogram: HistogramName) => {
      const upTo = perSecond(`${histogram}_bucket`, { le: new RegExp(`${bound}(\\.0)?`) })
      return `1 - ${sum([], upTo)} / ${sum([], perSecond(`${histogram}_count`, {}))}`
    },

    gauge: <Name extends GaugeName>(
      most: 'sum' | 'max',
      gauge: Name,
      by: By<Name>[] = [],
      where: Where<Name> = {},
    ) => aggregated(most, by, series(gauge, where)),

    /** The value of each series. */
    each: <Name extends GaugeName>(gauge: Name, where: Where<Name> = {}) => series(gauge, where),

    /** Of each process, a rate for what only grows. */
    ofProcess: (metric: ProcessMetric) =>
      metric.endsWith('_total') ? perSecond(metric, {}) : series(metric),
  }
}

export const ratio = (some: string, all: string) => `${some} / ${all}`

const aggregated = (how: string, by: string[], of: string) =>
  by.length > 0 ? `${how} by (${by.join(', ')}) (${of})` : `${how}(${of})`
const sum = (by: string[], of: string) => aggregated('sum', by, of)

const matcherOf = (label: string, value: string | RegExp) =>
  value instanceof RegExp ? `${label}=~${quoted(value.source)}` : `${label}=${quoted(value)}`

const quoted = (value: string) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
