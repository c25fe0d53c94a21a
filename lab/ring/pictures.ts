/** What the figures look like: one picture per question. */

import { axisY, barX, dot, gridX, gridY, line, link, type PlotOptions, text } from '@observablehq/plot'
import { picture, TONES, WIDTH } from '../kit/picture.ts'
import { KEYS } from './keys.ts'
import { EVEN, type Figures, NODES, type Spoke } from './measure.ts'
import { coverage } from './picture-coverage.ts'
import { lanes } from './picture-lanes.ts'
import { CELEBRITY, TAIL, TORRENT } from './populations.ts'

const NAMES = KEYS.map(({ name }) => name)
const COLORS = {
  domain: [...NAMES, EVEN],
  range: [TONES.red, TONES.orange, TONES.purple, TONES.green, TONES.grey],
}
const COLUMNS = [TAIL, CELEBRITY, TORRENT]
const SHARED = {
  width: WIDTH,
  color: COLORS,
  fx: { label: null, domain: COLUMNS, padding: 0.15, axis: 'top' },
} as const

/** File names, and what is in them. */
export const pictures = (figures: Figures, seed: number): Record<string, string> => ({
  'busiest-node.svg': picture('the busiest node beside the average one', busiestNode(figures)),
  'torrent.svg': picture(
    'writes of each of 60 nodes while one dialog has half of all',
    spokes(figures.spokes),
  ),
  'largest-partition.svg': picture('rows of the largest partition', largest(figures)),
  'page.svg': picture('partitions read for a page of 50', pages(figures)),
  'lanes.svg': picture('lanes of dialogs that become torrents', lanes(seed)),
  'coverage.svg': picture('time buckets and the stamps that each can hold', coverage()),
})

const busiestNode = (figures: Figures): PlotOptions => {
  const points = pointsOf(figures)
  const legend = COLORS.domain.map((key, i) => ({ key, i, population: COLUMNS[0], figure: 'rows stored' }))
  const facet = { fx: 'population', fy: 'figure' }
  return {
    ...SHARED,
    height: 560,
    marginTop: 50,
    marginLeft: 50,
    marginRight: 110,
    x: { type: 'log', label: 'nodes', ticks: NODES, tickFormat: String },
    y: {
      type: 'log',
      label: 'busiest node, times the average',
      ticks: [1, 3, 10, 30, 100],
      tickFormat: String,
    },
    fy: { label: null },
    marks: [
      gridY([1, 3, 10, 30, 100], { strokeOpacity: 0.15 }),
      line(points, { ...facet, x: 'nodes', y: 'times', stroke: 'key', strokeWidth: width }),
      dot(points, { ...facet, x: 'nodes', y: 'times', fill: 'key', r: 2.5 }),
      ...legend.map(({ key, i, ...where }) =>
        text([{ key, ...where }], {
          ...facet,
          text: 'key',
          fill: 'key',
          fontWeight: 600,
          frameAnchor: 'top-left',
          dx: 8,
          dy: 8 + i * 16,
        }),
      ),
    ],
  }
}

const width = ({ key }: { key: string }) => (key === NAMES.at(-1) ? 3 : 1.5)

/** The line of perfectly even data is drawn in every column. */
const pointsOf = ({ balances }: Figures) =>
  (['rows', 'writes'] as const).flatMap((figure) =>
    balances
      .filter(({ ring }) => ring === 'vnodes')
      .flatMap((row) =>
        (row.key === EVEN ? COLUMNS : [row.population]).map((population) => ({
          population,
          figure: figure === 'rows' ? 'rows stored' : 'writes a second',
          key: row.key,
          nodes: row.nodes,
          times: row[figure],
        })),
      ),
  )

const largest = ({ partitions }: Figures): PlotOptions => {
  const data = partitions.map((row) => ({ ...row, value: row.largestRows }))
  return bars(data, 'rows of the largest partition', [10_000, 100_000, 1_000_000, 10_000_000])
}

const pages = ({ partitions }: Figures): PlotOptions => {
  const data = partitions.map((row) => ({ ...row, value: row.page }))
  return bars(data, 'partitions read for the newest 50 messages, average over dialogs')
}

type Bar = { population: string; key: string; value: number }

/** @param ticks of a logarithmic axis; without them it is linear. */
const bars = (data: Bar[], label: string, ticks?: number[]): PlotOptions => ({
  ...SHARED,
  height: 190,
  marginLeft: 120,
  marginRight: 40,
  marginBottom: 40,
  x: ticks
    ? { type: 'log', label, ticks, domain: [ticks[0], 10 * (ticks.at(-1) as number)], tickFormat: '~s' }
    : { label, ticks: 5 },
  y: { label: null, domain: NAMES },
  marks: [
    gridX({ strokeOpacity: 0.15, ticks: ticks ?? 5 }),
    axisY({ tickSize: 0, fontSize: 12 }),
    barX(data, { fx: 'population', x1: ticks?.[0] ?? 0, x2: 'value', y: 'key', fill: 'key' }),
    text(data, {
      fx: 'population',
      x: 'value',
      y: 'key',
      text: ({ value }: Bar) => (ticks ? Math.round(value).toLocaleString('en-US') : value.toFixed(1)),
      textAnchor: 'start',
      dx: 4,
    }),
  ],
})

/** One spoke a node: as long as what it writes. */
const spokes = (data: Spoke[]): PlotOptions => {
  const most = Math.max(...data.map(({ writes }) => writes))
  const nodes = Math.max(...data.map(({ node }) => node)) + 1
  const at = (node: number, radius: number) => {
    const angle = (node / nodes) * 2 * Math.PI
    return { x: radius * Math.sin(angle), y: radius * Math.cos(angle) }
  }
  const drawn = data.map(({ key, node, writes }) => {
    const [inner, outer] = [at(node, 0.35), at(node, 0.35 + (0.65 * writes) / most)]
    return { key, x1: inner.x, y1: inner.y, x2: outer.x, y2: outer.y }
  })
  const busiest = NAMES.map((key) => {
    const writes = Math.max(...data.filter((spoke) => spoke.key === key).map((spoke) => spoke.writes))
    return { key, words: `${Math.round(writes).toLocaleString('en-US')}/s` }
  })
  return {
    width: WIDTH,
    height: 270,
    margin: 10,
    marginTop: 35,
    color: COLORS,
    x: { axis: null, domain: [-1, 1] },
    y: { axis: null, domain: [-1, 1] },
    fx: { label: null, domain: NAMES, axis: 'top' },
    marks: [
      link(drawn, { fx: 'key', x1: 'x1', y1: 'y1', x2: 'x2', y2: 'y2', stroke: 'key', strokeWidth: 4 }),
      text(busiest, { fx: 'key', text: 'words', frameAnchor: 'middle', fontSize: 15, fontWeight: 600 }),
    ],
  }
}
