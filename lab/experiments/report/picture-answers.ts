/** How many requests had success, second by second, of all kinds of clients together; on top of that, those that had none. */
import { areaY, gridY, type PlotOptions } from '@observablehq/plot'
import { TONES } from '../../kit/picture.ts'
import type { Event } from '../recorded.ts'
import type { Point } from './kinds.ts'
import { rulesOf } from './picture-events.ts'
import { besides, FAILED, SECONDS, timed } from './style.ts'

const KIND_COLORS = [TONES.blue, TONES.orange, TONES.green, TONES.grey]

export const answers = (points: Point[], kinds: string[], events: Event[], last: number): PlotOptions => {
  const colors = [...kinds.map((_, index) => KIND_COLORS[index] ?? TONES.grey), TONES.red]
  const names = [...kinds, FAILED]
  return {
    ...timed(last, 130),
    marginBottom: SECONDS.marginBottom,
    x: { domain: [0, last], label: SECONDS.label, ticks: SECONDS.ticks },
    y: { label: null, ticks: 3 },
    color: { domain: names, range: colors },
    marks: [
      gridY({ ticks: 3, strokeOpacity: 0.15 }),
      areaY([...successesOf(points), ...failuresOf(points)], {
        x: 'second',
        y: 'count',
        fill: 'name',
        fillOpacity: 0.7,
        curve: 'step-after',
        order: names,
      }),
      rulesOf(events),
      ...besides([
        { words: 'answers a second' },
        ...names.map((words, index) => ({ words, color: colors[index] ?? TONES.grey })),
      ]),
    ],
  }
}

const successesOf = (points: Point[]) =>
  points.map(({ second, kind, acknowledged = 0 }) => ({ second, name: kind, count: acknowledged }))

/** Of all kinds together. */
const failuresOf = (points: Point[]) =>
  [...Map.groupBy(points, ({ second }) => second)].map(([second, all]) => ({
    second,
    name: FAILED,
    count: all.reduce((sum, { requests = 0, acknowledged = 0 }) => sum + requests - acknowledged, 0),
  }))
