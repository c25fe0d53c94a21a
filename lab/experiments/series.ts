/** Requests over time: how many, how fast and what failed, for each class of client, in each second and each phase. */
import { percentile } from '../kit/median.ts'
import type { Figures, Phase, Second } from './recorded.ts'
import type { Request } from './requests.ts'

export type Timed = Pick<Request, 'class' | 'beganMs' | 'durationMs' | 'status'>
/** A moment at which something changes, by the clock of the requests. */
export type Mark = {
  atMs: number
  what: string
  /**
   * `fault`: from now on something is not as it was; `outage`: and so much that nothing can be expected; `over`: from now
   * on all must be well again soon.
   */
  is?: 'fault' | 'outage' | 'over'
}

export const beginningOf = (requests: Timed[]): number =>
  requests.reduce((first, { beganMs }) => Math.min(first, beganMs), Number.POSITIVE_INFINITY)

/** Those that began in a stretch of time. */
export const within = <One extends Timed>(requests: One[], fromMs: number, toMs: number): One[] =>
  requests.filter(({ beganMs }) => beganMs >= fromMs && beganMs < toMs)

export const secondsOf = (requests: Timed[]): Second[] => {
  const beginning = beginningOf(requests)
  const bySecond = Map.groupBy(requests, ({ beganMs }) => Math.floor((beganMs - beginning) / 1_000))
  return [...bySecond]
    .sort(([a], [b]) => a - b)
    .map(([second, own]) => ({ second, classes: byClass(own, 1) }))
}

/** From one mark to the next: the last one only ends a phase. A phase ends with its last request. */
export const phasesOf = (requests: Timed[], marks: Mark[]): Phase[] => {
  const beginning = beginningOf(requests)
  return marks.slice(0, -1).map(({ what, atMs }, index) => {
    const own = within(requests, atMs, marks[index + 1]?.atMs ?? atMs)
    const endMs = own.reduce((last, { beganMs }) => Math.max(last, beganMs), atMs)
    return {
      since: what,
      fromSeconds: (atMs - beginning) / 1_000,
      toSeconds: (endMs - beginning) / 1_000,
      classes: byClass(own, (endMs - atMs) / 1_000),
    }
  })
}

const byClass = (requests: Timed[], seconds: number): Record<string, Figures> =>
  Object.fromEntries(
    [...Map.groupBy(requests, (request) => request.class)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, own]) => [name, figuresOf(own, seconds)]),
  )

export const figuresOf = (requests: Timed[], seconds: number): Figures => {
  const sorted = requests.map(({ durationMs }) => durationMs).sort((a, b) => a - b)
  const failed = requests.filter(({ status }) => status !== 200)
  const acknowledged = requests.length - failed.length
  return {
    requests: requests.length,
    acknowledged,
    perSecond: rounded(acknowledged / seconds),
    p50Ms: rounded(percentile(sorted, 0.5)),
    p95Ms: rounded(percentile(sorted, 0.95)),
    p99Ms: rounded(percentile(sorted, 0.99)),
    maxMs: rounded(percentile(sorted, 1)),
    errors: Object.fromEntries(
      [...Map.groupBy(failed, ({ status }) => (status === 'no reply' ? 0 : status))].map(([status, own]) => [
        status,
        own.length,
      ]),
    ),
  }
}

const rounded = (number: number) => Math.round(number * 100) / 100
