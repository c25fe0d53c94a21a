/** How many requests had success, second by second, of all kinds of clients together. */
import { areaY, gridY, type PlotOptions } from '@observablehq/plot'
import type { Event } from '../prove/recorded.ts'
import type { Point } from './kinds.ts'
import { rulesOf } from './picture-events.ts'
import { besides, COLORS, SECONDS, timed } from './style.ts'

const CLASS_COLORS = ['#4c8dd6', COLORS.orange, COLORS.green, COLORS.grey]

export const successes = (points: Point[], kinds: string[], events: Event[], last: number): PlotOptions => ({
  ...timed(last, 130),
  marginBottom: SECONDS.marginBottom,
  x: { domain: [0, last], label: SECONDS.label, ticks: SECONDS.ticks },
  y: { label: null, ticks: 3 },
  color: { domain: kinds, range: CLASS_COLORS },
  marks: [
    gridY({ ticks: 3, strokeOpacity: 0.15 }),
    areaY(points, {
      x: 'second',
      y: ({ acknowledged = 0 }: Point) => acknowledged,
      fill: 'kind',
      fillOpacity: 0.7,
      curve: 'step-after',
      order: kinds,
    }),
    rulesOf(events),
    ...besides([
      { words: 'successes a second' },
      ...kinds.map((words, index) => ({ words, color: CLASS_COLORS[index] ?? COLORS.grey })),
    ]),
  ],
})
