/** The picture of an experiment's requests over time: how long they took, which had no success, how many had. */
import { areaY, dot, gridY, line, type PlotOptions } from '@observablehq/plot'
import type { Figures, Recorded } from '../prove/recorded.ts'
import { headOf, rulesOf } from './picture-events.ts'
import { besides, COLORS, SECONDS, timed } from './style.ts'

const PERCENTILES = [
  { of: 'p99Ms', words: 'p99', color: COLORS.purple, width: 1.5 },
  { of: 'p95Ms', words: 'p95', color: COLORS.orange, width: 1.5 },
  { of: 'p50Ms', words: 'p50', color: COLORS.green, width: 2 },
] as const
const CLASS_HEIGHT = 150
const TICKS = [0.1, 1, 10, 100, 1_000, 10_000]
const FAILED = 'no success'

type Point = Partial<Figures> & { second: number; kind: string }

export const latency = ({ events, seconds, phases }: Recorded): PlotOptions[] => {
  const kinds = kindsOf(phases)
  const last = Math.max(1, ...seconds.map(({ second }) => second + 1), ...events.map((e) => e.atSeconds))
  const points = kinds.flatMap((kind) =>
    seconds.map(({ second, classes }): Point => ({ second, kind, ...drawable(classes[kind]) })),
  )
  return [headOf(events, last), times(points, kinds, events, last), successes(points, kinds, events, last)]
}

export const kindsOf = (phases: Recorded['phases']): string[] =>
  [...new Set(phases.flatMap(({ classes }) => Object.keys(classes)))].sort()

/** A second without requests is a gap in the lines. */
const drawable = (figures: Figures | undefined) => (figures && figures.requests > 0 ? figures : undefined)

const times = (points: Point[], kinds: string[], events: Recorded['events'], last: number): PlotOptions => {
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
        stroke: COLORS.red,
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
  { words: `× ${FAILED}`, color: COLORS.red },
]

const duration = (ms: number) => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`)

const CLASS_COLORS = ['#4c8dd6', COLORS.orange, COLORS.green, COLORS.grey]

const successes = (
  points: Point[],
  kinds: string[],
  events: Recorded['events'],
  last: number,
): PlotOptions => ({
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
