/** The pictures of partitions: how large, and how many for a page. */
import { axisY, barX, gridX, type PlotOptions, text } from '@observablehq/plot'
import type { Figures } from './measure.ts'
import { NAMES, SHARED } from './style.ts'

export const largest = ({ partitions }: Figures): PlotOptions => {
  const data = partitions.map((row) => ({ ...row, value: row.largestRows }))
  return bars(data, 'rows of the largest partition', [10_000, 100_000, 1_000_000, 10_000_000])
}

export const pages = ({ partitions }: Figures): PlotOptions => {
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
