/** The picture of dialogs that become torrents, and calm down. */
import { gridY, line, type PlotOptions, text } from '@observablehq/plot'
import { TONES, WIDTH } from '../kit/picture.ts'
import { lifeOf, type Phase, randomFrom } from './life.ts'

const BORN_AT = 1_800_000_000
const TORRENTS = [100, 1_000, 10_000]
const BEFORE_SECONDS = 60
const phasesOf = (perSecond: number): Phase[] => [
  { seconds: BEFORE_SECONDS, perSecond: 1 },
  { seconds: 600, perSecond },
  { seconds: 600, perSecond: 1 },
]
const SERIES = [
  { y: 'perSecond', stroke: TONES.grey, words: 'messages a second' },
  { y: 'inOne', stroke: TONES.orange, words: '... in one partition' },
  { y: 'lanes', stroke: TONES.green, words: 'lanes' },
]
const columnOf = (perSecond: number) => `${perSecond.toLocaleString('en-US')} a second for ten minutes`

/** Lanes, and what they make of the load, on one axis: both are powers, and 1 is the least of both. */
export const lanes = (seed: number): PlotOptions => {
  const random = randomFrom(seed)
  const points = TORRENTS.flatMap((torrent) => {
    const phases = phasesOf(torrent)
    const timeline = lifeOf(BORN_AT, phases, random)
    return [...momentsOf(phases), ...timeline.map(({ from }) => from - BORN_AT)]
      .sort((a, b) => a - b)
      .map((moment) => {
        const lanes = timeline.findLast(({ from }) => from - BORN_AT <= moment)?.lanes ?? 1
        const perSecond = rateAt(moment, phases)
        const second = moment - BEFORE_SECONDS
        return { column: columnOf(torrent), second, lanes, perSecond, inOne: perSecond / lanes }
      })
  })
  return {
    width: WIDTH,
    height: 330,
    marginTop: 40,
    marginBottom: 40,
    marginLeft: 45,
    fx: { label: null, domain: TORRENTS.map(columnOf), padding: 0.08, axis: 'top' },
    x: { label: 'seconds', ticks: [0, 300, 600, 900, 1200] },
    y: {
      type: 'log',
      label: null,
      ticks: [1, 10, 100, 1000, 10_000],
      tickFormat: '~s',
      domain: [0.02, 20_000],
    },
    marks: [
      gridY([1, 10, 100, 1000, 10_000], { strokeOpacity: 0.15 }),
      ...SERIES.map(({ y, stroke }) =>
        line(points, { fx: 'column', x: 'second', y, stroke, strokeWidth: 2, curve: 'step-after' }),
      ),
      ...SERIES.map(({ words, stroke }, i) =>
        text([{ words, column: columnOf(100) }], {
          fx: 'column',
          text: 'words',
          frameAnchor: 'top-left',
          fill: stroke,
          fontWeight: 600,
          dx: 8,
          dy: 8 + i * 16,
        }),
      ),
    ],
  }
}

/** When the phases begin, and when the last one ends. */
const momentsOf = (phases: Phase[]): number[] => {
  let end = 0
  return [0, ...phases.map(({ seconds }) => (end += seconds))]
}

const rateAt = (second: number, phases: Phase[]): number => {
  const phase = momentsOf(phases).findLastIndex((moment) => moment <= second)
  return phases[Math.min(phase, phases.length - 1)]?.perSecond ?? 0
}
