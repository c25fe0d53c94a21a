/** The picture of the busiest dialog: into how many partitions it writes at once, and how many it has had. */
import { gridY, line, type PlotOptions } from '@observablehq/plot'
import { TONES } from '../../kit/picture.ts'
import type { Lanes, Recorded } from '../recorded.ts'
import { headOf, rulesOf } from './picture-events.ts'
import { besides, SECONDS, timed } from './style.ts'

const SERIES: { y: keyof Lanes; words: string; color: string }[] = [
  { y: 'partitions', words: 'partitions so far', color: TONES.purple },
  { y: 'timeBuckets', words: 'time buckets so far', color: TONES.orange },
  { y: 'lanes', words: 'lanes', color: TONES.green },
]

/** Powers of two, and sums of them. */
export const lanes = ({ events, lanes: found = [] }: Recorded): PlotOptions[] => {
  const last = Math.max(1, ...found.map((at) => at.atSeconds), ...events.map((at) => at.atSeconds))
  // The last opening lasts to the end.
  const drawn = [...found, ...found.slice(-1).map((at) => ({ ...at, atSeconds: last }))]
  const most = Math.max(2, ...found.map(({ partitions }) => partitions))
  const ticks = Array.from({ length: Math.ceil(Math.log2(most)) + 1 }, (_, power) => 2 ** power)
  return [
    headOf(events, last),
    {
      ...timed(last, 260),
      marginBottom: SECONDS.marginBottom,
      x: { domain: [0, last], label: SECONDS.label, ticks: SECONDS.ticks },
      y: {
        type: 'log',
        base: 2,
        domain: [1, ticks.at(-1) as number],
        ticks,
        tickFormat: String,
        label: null,
      },
      marks: [
        gridY(ticks, { strokeOpacity: 0.15 }),
        rulesOf(events),
        ...SERIES.map(({ y, color }) =>
          line(drawn, { x: 'atSeconds', y, stroke: color, strokeWidth: 2, curve: 'step-after' }),
        ),
        ...besides(SERIES),
      ],
    },
  ]
}
