/** What the panels of all dashboards have shown, for the pictures in docs. */
import { DASHBOARDS } from '../../dev/observe/all.ts'
import type { Query } from '../../dev/observe/dashboard.ts'
import type { Line, Recorded } from '../../lab/dashboards/draw.ts'
import type { EventfulMinute } from './eventful-minute.ts'

/** @param filled a query without Grafana's variables */
export const recorded_dashboards = async (
  { events, names, answers }: EventfulMinute,
  filled: (query: string) => string,
): Promise<Recorded> => {
  const lines = async ({ expression, legend }: Query): Promise<Line[]> =>
    (await answers(filled(expression))).map(({ labels, points }) => ({
      legend: legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => nameOf(String(labels[label]), names)),
      points: points.map(([second, value]) => [second, Number(value.toPrecision(4))]),
    }))
  const panels: Recorded['panels'] = {}
  for (const { name, panels: all } of DASHBOARDS) {
    const shown: Record<string, Line[]> = {}
    for (const { title, queries } of all) shown[title] = (await Promise.all(queries.map(lines))).flat()
    panels[name] = shown
  }
  const all = Object.values(panels).flatMap((shown) => Object.values(shown).flat())
  const seconds = all.flatMap(({ points }) => points.map(([second]) => second))
  const first = Math.min(...seconds)
  for (const line of all) line.points = line.points.map(([second, value]) => [second - first, value])
  return {
    recordedAt: new Date().toISOString(),
    seconds: Math.max(...seconds) - first,
    events: events.map(({ atSeconds, what }) => ({ atSeconds: atSeconds - first, what })),
    panels,
  }
}

/** Ports are different each time. */
const nameOf = (value: string, names: Record<string, string>) => names[value] ?? value
