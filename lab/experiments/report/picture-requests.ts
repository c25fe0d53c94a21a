/** The picture of an experiment's requests over time. */
import { areaY, dot, gridY, line, type PlotOptions } from '@observablehq/plot'
import { sum } from 'd3-array'
import { TONES } from '../../kit/picture.ts'
import type { Event, Figures, Phase, Recorded, Second } from '../recorded.ts'
import { besides, FAILED, headOf, rulesOf, timed, withSeconds } from './axis.ts'

export const requests = ({ events, seconds, phases }: Recorded): PlotOptions[] => {
  const last = Math.max(1, ...seconds.map(({ second }) => second + 1), ...events.map((e) => e.atSeconds))
  const kinds = kindsOf(phases)
  const drawn = [pointsOf(kinds, seconds), kinds, events, last] as const
  return [headOf(events, last), latency(...drawn), answers(...drawn)]
}

type Point = Partial<Figures> & { second: number; kind: string }

export const kindsOf = (phases: Phase[]): string[] =>
  [...new Set(phases.flatMap(({ classes }) => Object.keys(classes)))].sort()

/** A second without requests of a kind is a gap in its lines. */
export const pointsOf = (kinds: string[], seconds: Second[]): Point[] => {
  const classes = new Map(seconds.map((one) => [one.second, one.classes]))
  const all = Array.from({ length: 1 + Math.max(-1, ...classes.keys()) }, (_, second) => second)
  return kinds.flatMap((kind) => all.map((second) => ({ second, kind, ...classes.get(second)?.[kind] })))
}

const PERCENTILES = [
  { of: 'p99Ms', words: 'p99', color: TONES.purple, width: 1.5 },
  { of: 'p95Ms', words: 'p95', color: TONES.orange, width: 1.5 },
  { of: 'p50Ms', words: 'p50', color: TONES.green, width: 2 },
] as const
const MISSED = { stroke: TONES.red, strokeWidth: 1.5 }
const CLASS_HEIGHT = 150
const TICKS = [0.1, 1, 10, 100, 1_000, 10_000]

const latency = (points: Point[], kinds: string[], events: Event[], last: number): PlotOptions => {
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
      dot(failed, { fy: 'kind', x: 'second', y: most * 1.4, symbol: 'times', r: 3, ...MISSED }),
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

const KIND_COLORS = [TONES.blue, TONES.orange, TONES.green, TONES.grey]

const answers = (points: Point[], kinds: string[], events: Event[], last: number): PlotOptions => {
  const colors = [...kinds.map((_, index) => KIND_COLORS[index] ?? TONES.grey), TONES.red]
  const names = [...kinds, FAILED]
  return {
    ...withSeconds(last, 130),
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
    count: sum(all, ({ requests = 0, acknowledged = 0 }) => requests - acknowledged),
  }))
