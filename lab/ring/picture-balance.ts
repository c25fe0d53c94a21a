/** The picture of the busiest node, as a ring grows. */
import { dot, gridY, line, type PlotOptions, text } from '@observablehq/plot'
import { EVEN, type Figures, NODES } from './measure.ts'
import { COLORS, COLUMNS, NAMES, SHARED } from './style.ts'

export const busiestNode = (figures: Figures): PlotOptions => {
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

/** What the ring itself costs is drawn into every column. */
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
