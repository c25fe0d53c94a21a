/** The picture of a dashboard: its panels, one below the other, as they were in a recorded run. */
import { gridY, line, type PlotOptions, ruleY, text } from '@observablehq/plot'
import type { Dashboard, Panel, Unit } from '../../dev/observe/dashboard.ts'
import { besides, headOf, rulesOf, timed, withSeconds } from '../experiments/report/axis.ts'
import { picture, TONES } from '../kit/picture.ts'

export type Line = { legend: string; points: [second: number, value: number][] }
export type Recorded = {
  recordedAt: string
  seconds: number
  events: { atSeconds: number; what: string }[]
  /** By the name of the dashboard and the title of the panel. */
  panels: Record<string, Record<string, Line[]>>
}

const COLORS = Object.values(TONES)
/** Pixels. */
const PANEL_HEIGHT = 128
const TITLE_HEIGHT = 26
/** What fits beside a panel. */
const MOST_WORDS = 6
const MOST_LETTERS = 18

export const drawn = ({ name, title, panels }: Dashboard, recorded: Recorded): string => {
  const { events, seconds } = recorded
  const last = panels.length - 1
  const plots = panels.map((panel, index) =>
    plotOf(panel, recorded.panels[name]?.[panel.title] ?? [], recorded, index === last),
  )
  return picture(title, headOf(events, seconds), ...plots)
}

const plotOf = (panel: Panel, found: Line[], { events, seconds }: Recorded, isLast: boolean): PlotOptions => {
  const lines = found.toSorted((one, other) => highest(other) - highest(one))
  const colors = lines.map((_, index) => COLORS[index % COLORS.length] ?? TONES.grey)
  const most = Math.max(0, ...lines.map(highest))
  const isNear = panel.limit !== undefined && panel.limit < most * 3
  const frame = isLast ? withSeconds(seconds, PANEL_HEIGHT + 28) : timed(seconds, PANEL_HEIGHT)
  return {
    ...frame,
    marginTop: TITLE_HEIGHT,
    y: { label: null, ticks: 3, tickFormat: FORMATS[panel.unit], zero: true },
    marks: [
      gridY({ ticks: 3, strokeOpacity: 0.15 }),
      rulesOf(events),
      ...(isNear ? [ruleY([panel.limit], { stroke: TONES.red, strokeDasharray: '4 3' })] : []),
      ...lines.map(({ points }, index) =>
        line(points, { stroke: colors[index] ?? TONES.grey, strokeWidth: 1.5 }),
      ),
      text([panel.title], { text: (title) => title, frameAnchor: 'top-left', dy: -14, fontWeight: 700 }),
      ...besides(wordsOf(lines, colors)),
    ],
  }
}

const highest = ({ points }: Line) => Math.max(...points.map(([, value]) => value))

const wordsOf = (lines: Line[], colors: string[]) => {
  const all = lines.map(({ legend }, index) => ({ words: short(legend), color: colors[index] ?? TONES.grey }))
  const more = { words: `and ${all.length - MOST_WORDS + 1} more` }
  return all.length > MOST_WORDS ? [...all.slice(0, MOST_WORDS - 1), more] : all
}

const short = (legend: string) =>
  legend.length > MOST_LETTERS ? `${legend.slice(0, MOST_LETTERS - 1)}…` : legend

const FORMATS: Record<Unit, (value: number) => string> = {
  'requests a second': String,
  'a second': String,
  count: String,
  share: (value) => `${Number((value * 100).toPrecision(3))} %`,
  seconds: (value) => (Math.abs(value) < 1 ? `${Number((value * 1000).toPrecision(3))} ms` : `${value} s`),
  bytes: (value) => `${Math.round(value / 2 ** 20)} MiB`,
}
