/** The picture of an experiment's requests over time, with what happened meanwhile. */
import type { PlotOptions } from '@observablehq/plot'
import type { Recorded } from '../recorded.ts'
import { kindsOf, pointsOf } from './kinds.ts'
import { answers } from './picture-answers.ts'
import { headOf } from './picture-events.ts'
import { latency } from './picture-latency.ts'

export const requests = ({ events, seconds, phases }: Recorded): PlotOptions[] => {
  const last = Math.max(1, ...seconds.map(({ second }) => second + 1), ...events.map((e) => e.atSeconds))
  const kinds = kindsOf(phases)
  const drawn = [pointsOf(kinds, seconds), kinds, events, last] as const
  return [headOf(events, last), latency(...drawn), answers(...drawn)]
}
