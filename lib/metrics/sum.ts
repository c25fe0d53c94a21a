/** The metrics of several processes as those of one instance, whose counters never fall while it runs. */
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client'

/** All metrics of a process, as it tells them to another one. */
export type Told = MetricObjectWithValues<MetricValue<string>>[]

/**
 * Of a process that does not answer, what it told last still counts, and so do the counters of one that has ended: a sum
 * without them would fall, which Prometheus takes for a restart, and counts all the rest once more.
 */
export const sumOfProcesses = () => {
  const last = new Map<number, Told>()
  let ended: Promise<Told> = Promise.resolve([])
  return {
    tell: (process: number, told: Told): void => void last.set(process, told),
    end: (process: number): void => {
      const told = last.get(process)
      if (!told || !last.delete(process)) return
      ended = ended.then((before) => aggregate([before, told.filter(isCumulative)]).getMetricsAsJSON())
    },
    /** @param own of the process that asks, which has no last word */
    page: async (own: Told): Promise<string> => {
      // Both before the first wait: a process that ends meanwhile is in one of them.
      const [lasting, running] = [ended, [...last.values()]]
      return aggregate([own, await lasting, ...running]).metrics()
    },
  }
}

const aggregate = (all: Told[]) => AggregatorRegistry.aggregate(all)

const isCumulative = ({ type }: Told[number]) => ['counter', 'histogram'].includes(String(type))
