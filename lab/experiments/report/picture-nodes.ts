/** The picture of the nodes, each time that they were looked at: the rows they have, and the writes they took since. */
import { axisFx, barY, type PlotOptions, text } from '@observablehq/plot'
import { TONES, WIDTH } from '../../kit/picture.ts'
import type { Recorded } from '../recorded.ts'
import { writesBetween } from './writes-between.ts'

type Looks = Recorded['nodes']
type Bar = { look: string; node: number; value: number }

export const nodes = ({ nodes }: Recorded): PlotOptions[] => {
  const looks = nodes.map(nameOf)
  return [
    bars('rows on each node', looks, barsOf(nodes, 'rows'), TONES.green),
    bars(
      'writes to each node since the look before (at first: since it was started)',
      looks,
      barsOf(writesBetween(nodes), 'writes'),
      TONES.purple,
    ),
  ]
}

/** No two are alike. */
const nameOf = ({ when }: Looks[number], index: number) => `${index + 1}. ${when}`

const barsOf = (looks: Looks, figure: 'rows' | 'writes'): Bar[] =>
  looks.flatMap((look, index) =>
    look.nodes.flatMap(({ node, [figure]: value }) =>
      value === undefined ? [] : [{ look: nameOf(look, index), node, value }],
    ),
  )

const bars = (label: string, looks: string[], data: Bar[], fill: string): PlotOptions => {
  return {
    width: WIDTH,
    height: 210,
    marginTop: 70,
    marginLeft: 20,
    marginRight: 20,
    marginBottom: 36,
    x: { label: 'node', tickSize: 0, type: 'band' },
    y: { axis: null },
    fx: { domain: looks, label: null, padding: 0.1 },
    marks: [
      axisFx({ anchor: 'top', lineWidth: Math.floor(68 / Math.max(1, looks.length)), dy: -14 }),
      barY(data, { fx: 'look', x: 'node', y: 'value', fill, fillOpacity: 0.8 }),
      text(data, {
        fx: 'look',
        x: 'node',
        y: 'value',
        text: ({ value }: Bar) => short(value),
        lineAnchor: 'bottom',
        dy: -3,
      }),
      text([label], { frameAnchor: 'top-left', dy: -66, fontWeight: 600, fill, facet: 'super' }),
    ],
  }
}

/** As wide as a bar. */
const short = (value: number) => {
  if (value < 1_000) return String(value)
  return value < 1e6 ? `${(value / 1e3).toFixed(1)}k` : `${(value / 1e6).toFixed(1)}M`
}
