/** A service in memory that counts what it does, and its page read as Prometheus reads it. */
import { openMetrics } from '../../lib/metrics/prometheus.ts'
import { measuredBy } from '../../lib/store/measured.ts'
import { STATEMENT_NAMES } from '../../lib/store/open.ts'
import type { MemoryApp } from '../sentences/given.ts'

export type Series = { name: string; labels: Record<string, string>; value: number }

/** @throws Error for a line that is neither a comment nor a sample */
export const seriesOf = (page: string): Series[] =>
  page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      if (!name) throw new Error(`not a sample: ${line}`)
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])),
        value: Number(value),
      }
    })

/** Undefined if there is no such series. */
export const valueIn = (
  all: Series[],
  name: string,
  labels: Record<string, string> = {},
): number | undefined =>
  all.find(
    (one) => one.name === name && Object.entries(labels).every(([label, text]) => one.labels[label] === text),
  )?.value

/** To be called before any handler is made of the app. */
export const measured = (app: MemoryApp) => {
  const { metrics, registry } = openMetrics()
  app.metrics = metrics
  app.measured = measuredBy(metrics, STATEMENT_NAMES)
  const page = () => registry.metrics()
  return { page, series: async () => seriesOf(await page()) }
}

/** What has been counted under a name, by the values of its labels; without what has not happened. */
export const countsOf = async ({ series }: { series: () => Promise<Series[]> }, name: string) =>
  Object.fromEntries(
    (await series())
      .filter((one) => one.name === name && one.value > 0)
      .map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  )
