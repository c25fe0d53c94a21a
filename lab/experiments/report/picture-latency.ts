/** How long requests took over time, a panel for each kind of client; above, those that had no success. */
import { dot, gridY, line, type PlotOptions } from '@observablehq/plot'
import { TONES } from '../../kit/picture.ts'
import type { Event } from '../recorded.ts'
import type { Point } from './kinds.ts'
import { rulesOf } from './picture-events.ts'
import { besides, FAILED, timed } from './style.ts'

const PERCENTILES = [
  { of: 'p99Ms', words: 'p99', color: TONES.purple, width: 1.5 },
  { of: 'p95Ms', words: 'p95', color: TONES.orange, width: 1.5 },
  { of: 'p50Ms', words: 'p50', color: TONES.green, width: 2 },
] as const
const CLASS_HEIGHT = 150
const TICKS = [0.1, 1, 10, 100, 1_000, 10_000]

export const latency = (points: Point[], kinds: string[], events: Event[], last: number): PlotOptions => {
  const found = points.flatMap(({ p50Ms = [], p99Ms = [] }) => [p50Ms, p99Ms].flat()).filter((ms) => ms > 0)
  const least = 10 ** Math.floor(Math.log10(Math.min(100, ...found)))
  const most = 10 ** Math.ceil(Math.log10(Math.max(10 * least, ...found)))
  const ticks = TICKS.filter((ms) => ms >= least && ms <= most)
  const failed = points.filter(({ errors = {} }) => Object.keys(errors).length > 0)
  return {
    ...timed(last, kinds.length * CLASS_HEIGHT + 16),
    marginTop: 0,
    y: { type: 'log', domain: [least, most * 2], label: null, ticks, tickFormat: duration },
    fy: { domain: kinds, axis: null, padding: 0.1 },
    marks: [
      gridY(ticks, { strokeOpacity: 0.15 }),
      rulesOf(events),
      ...PERCENTILES.map(({ of, color, width }) =>
        line(points, { fy: 'kind', x: 'second', y: of, stroke: color, strokeWidth: width }),
      ),
      dot(failed, {
        fy: 'kind',
        x: 'second',
        y: most * 1.4,
        symbol: 'times',
        stroke: TONES.red,
        strokeWidth: 1.5,
        r: 3,
      }),
      ...kinds.flatMap((kind) => besides(wordsOf(kind), { fy: kind })),
    ],
  }
}

const wordsOf = (kind: string) => [
  { words: kind },
  ...PERCENTILES,
  { words: `× ${FAILED}`, color: TONES.red },
]

const duration = (ms: number) => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`)
