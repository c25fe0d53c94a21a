/** Speed of one stretch of an experiment, to be held against another's. */
import { figuresOf, within } from '../series.ts'
import type { Stage } from '../stage.ts'

/** Milliseconds, of the requests from that mark to the next; NaN when there are none. */
export const p99Of = (
  { marks, requests }: Pick<Stage, 'marks' | 'requests'>,
  since: string,
  client?: string,
): number => {
  const at = marks.findIndex(({ what }) => what === since)
  const [from, to] = [marks[at]?.atMs ?? Number.NaN, marks[at + 1]?.atMs ?? Number.POSITIVE_INFINITY]
  const own = within(requests, from, to).filter((one) => client === undefined || one.class === client)
  return figuresOf(own, 1).p99Ms
}
