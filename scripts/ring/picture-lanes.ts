/** The picture of one dialog that becomes a torrent, and calms down. */
import { gridY, line, type PlotOptions, text } from '@observablehq/plot'
import { lifeOf, type Phase } from './life.ts'
import { randomFrom } from './random.ts'
import { WIDTH } from './style.ts'

const TORRENT_AT = 1_800_000_000
const TORRENT: Phase[] = [
  { seconds: 120, perSecond: 1 },
  { seconds: 600, perSecond: 10_000 },
  { seconds: 900, perSecond: 1 },
]

/** Lanes, and what they make of the load, on one axis: both are powers, and 1 is the least of both. */
export const lanes = (seed: bigint): PlotOptions => {
  const timeline = lifeOf(TORRENT_AT, TORRENT, randomFrom(seed))
  const points = [...momentsOf(TORRENT), ...timeline.map(({ from }) => from - TORRENT_AT)]
    .sort((a, b) => a - b)
    .map((second) => {
      const lanes = timeline.findLast(({ from }) => from - TORRENT_AT <= second)?.lanes ?? 1
      const perSecond = rateAt(second)
      return { second, lanes, perSecond, inOne: perSecond / lanes }
    })
  const series = [
    { y: 'perSecond', stroke: '#8b949e', words: 'messages a second' },
    { y: 'inOne', stroke: '#dd8a1c', words: 'messages a second in one partition' },
    { y: 'lanes', stroke: '#14a085', words: 'lanes' },
  ]
  return {
    width: WIDTH,
    height: 320,
    marginLeft: 60,
    x: { label: 'seconds', ticks: 10 },
    y: {
      type: 'log',
      label: null,
      ticks: [1, 10, 100, 1000, 10_000],
      tickFormat: '~s',
      domain: [0.02, 20_000],
    },
    marks: [
      gridY([1, 10, 100, 1000, 10_000], { strokeOpacity: 0.15 }),
      ...series.map(({ y, stroke }) =>
        line(points, { x: 'second', y, stroke, strokeWidth: 2, curve: 'step-after' }),
      ),
      ...series.map(({ words, stroke }, i) =>
        text([words], { frameAnchor: 'top-right', fill: stroke, fontWeight: 600, dx: -8, dy: 8 + i * 16 }),
      ),
    ],
  }
}

/** When the phases begin, and when the last one ends. */
const momentsOf = (phases: Phase[]): number[] => {
  let end = 0
  return [0, ...phases.map(({ seconds }) => (end += seconds))]
}

const rateAt = (second: number): number => {
  const phase = momentsOf(TORRENT).findLastIndex((moment) => moment <= second)
  return TORRENT[Math.min(phase, TORRENT.length - 1)]?.perSecond ?? 0
}
