/** Processor time of sends, service and database apart: of instances that take turns. */
import { setTimeout as sleep } from 'node:timers/promises'
import { median, range, sum } from 'd3-array'
import type { UserId } from '../../lib/model/ids.ts'
import { processorUsOf } from '../kit/processes.ts'
import { whole } from '../kit/tables.ts'
import type { overHttp } from './setting.ts'

/** `pids`: of the instances that have a part in it. */
export type Served = ReturnType<typeof overHttp> & { pids: number[] }
/** Of each send, in microseconds. */
export type Cost = { serviceUs: number; databaseUs: number }

/** @param sends resolves to how many were made */
export const costOf = async ({ pids }: Served, database: number, sends: Promise<number>): Promise<Cost> => {
  const used = () => [sum(pids, processorUsOf), processorUsOf(database)]
  const before = used()
  const count = await sends
  const [serviceUs = 0, databaseUs = 0] = used().map((us, index) => (us - Number(before[index])) / count)
  return { serviceUs, databaseUs }
}

/** Sends when they are due, by so many people in turn, each to a neighbour. Returns how many. */
export const atRate =
  (people: number, perSecond: number, seconds: number) =>
  async ({ sendTo }: Served): Promise<number> => {
    const beganMs = performance.now()
    const sends: Promise<void>[] = []
    for (const send of range(perSecond * seconds)) {
      const waitMs = beganMs + (send * 1000) / perSecond - performance.now()
      if (waitMs > 0) await sleep(waitMs)
      const caller = send % people
      sends.push(sendTo(caller, neighbourOf(caller)))
    }
    await Promise.all(sends)
    return sends.length
  }

export const neighbourOf = (caller: number) => `neighbour-${caller}` as UserId

/** Medians, and the median of the ratios, with the lowest and the highest round. @param target of the service */
export const cellsOf = (ones: Cost[], others: Cost[], figure: keyof Cost, target?: number): string[] => {
  const ratios = ones.map((one, round) => one[figure] / Number(others[round]?.[figure]))
  const ratio = median(ratios) ?? Number.NaN
  const of = (costs: Cost[]) => whole(median(costs, (one) => one[figure]) ?? Number.NaN)
  const [least, most] = [Math.min(...ratios).toFixed(2), Math.max(...ratios).toFixed(2)]
  const verdict = ratio <= Number(target) ? 'met' : '**missed**'
  return [
    of(ones),
    of(others),
    `${ratio.toFixed(2)} (${least} - ${most})`,
    target !== undefined && figure === 'serviceUs' ? verdict : '',
  ]
}
