/** The pictures of the nodes, of the busiest dialog's lanes and of the service. */
import { axisFx, barY, gridY, line, type PlotOptions, text } from '@observablehq/plot'
import { TONES, WIDTH } from '../../kit/picture.ts'
import type { Event, Lanes, NodeFigures, Recorded, ServiceFigures } from '../recorded.ts'
import { besides, headOf, rulesOf, timed, withSeconds } from './axis.ts'

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

/** Unique names. */
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

/** No wider than a bar. */
const short = (value: number) => {
  if (value < 1_000) return String(value)
  return value < 1e6 ? `${(value / 1e3).toFixed(1)}k` : `${(value / 1e6).toFixed(1)}M`
}

/** The writes from one look to the next. A counter that is lower than before was reset when its node was restarted. */
export const writesBetween = (looks: Looks): Looks => {
  const known = new Map<number, number>()
  const since = (node: NodeFigures): NodeFigures => {
    if (node.writes === undefined) return node
    const before = known.get(node.node) ?? 0
    known.set(node.node, node.writes)
    return { ...node, writes: node.writes < before ? node.writes : node.writes - before }
  }
  return looks.map((look) => ({ ...look, nodes: look.nodes.map(since) }))
}

const SERIES: { y: keyof Lanes; words: string; color: string }[] = [
  { y: 'partitions', words: 'partitions so far', color: TONES.purple },
  { y: 'timeBuckets', words: 'time buckets so far', color: TONES.orange },
  { y: 'lanes', words: 'lanes', color: TONES.green },
]

/** Powers of two, and sums of them. */
export const lanes = ({ events, lanes: found = [] }: Recorded): PlotOptions[] => {
  const last = Math.max(1, ...found.map((at) => at.atSeconds), ...events.map((at) => at.atSeconds))
  // The last opening stays in effect to the end.
  const drawn = [...found, ...found.slice(-1).map((at) => ({ ...at, atSeconds: last }))]
  const most = Math.max(2, ...found.map(({ partitions }) => partitions))
  const ticks = Array.from({ length: Math.ceil(Math.log2(most)) + 1 }, (_, power) => 2 ** power)
  return [
    headOf(events, last),
    {
      ...withSeconds(last, 260),
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

export const service = ({ events, service: found = [] }: Recorded): PlotOptions[] => {
  const last = Math.max(1, ...found.map((at) => at.atSeconds), ...events.map((at) => at.atSeconds))
  return [
    headOf(events, last),
    panel(found, 'sockets', 'sockets', TONES.blue, events, last),
    {
      ...panel(found, 'processor', '% of a core', TONES.orange, events, last),
      ...withSeconds(last, 150),
    },
  ]
}

const panel = (
  found: ServiceFigures[],
  y: 'sockets' | 'processor',
  words: string,
  color: string,
  events: Event[],
  last: number,
): PlotOptions => ({
  ...timed(last, 150),
  y: { label: null, ticks: 4, zero: true },
  marks: [
    gridY({ ticks: 4, strokeOpacity: 0.15 }),
    rulesOf(events),
    line(found, { x: 'atSeconds', y, stroke: color, strokeWidth: 2, curve: 'step-before' }),
    ...besides([{ words, color }]),
  ],
})
