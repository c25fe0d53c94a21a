/** What an experiment has come to in words, for a terminal. */
import type { Verdict } from '../load/runner/figures.ts'
import type { Conclusion } from './conclude.ts'
import type { Event, NodeFigures, Phase } from './recorded.ts'
import { isTarget } from './verdicts.ts'

const MOST_FINDINGS = 10

export const textOf = ({ recorded, findings }: Conclusion): string => {
  const { events, phases, nodes, lanes, checked, verdicts } = recorded
  return [
    ...events.map(textOfEvent),
    ...phases.flatMap(textOfPhase),
    ...nodes.flatMap(({ when, nodes: all }) => [`nodes ${when}:`, ...all.map(textOfNode)]),
    ...(lanes
      ? [`lanes: ${lanes.map((one) => `${one.lanes} at ${one.atSeconds.toFixed(0)} s`).join(', ')}`]
      : []),
    `${checked.messages} messages in ${checked.dialogs} dialogs, ${checked.acknowledged} acknowledged; read back: ${listed(checked.listed)}`,
    ...verdicts.map(textOfVerdict),
    ...findings.slice(0, MOST_FINDINGS).map((finding) => `  ${finding}`),
  ].join('\n')
}

const textOfEvent = ({ atSeconds, what }: Event): string => `${atSeconds.toFixed(1).padStart(6)} s: ${what}`

const textOfPhase = ({ since, fromSeconds, toSeconds, classes }: Phase): string[] => [
  `since ${since} (${(toSeconds - fromSeconds).toFixed(1)} s):`,
  ...Object.entries(classes).map(
    ([name, { requests, perSecond, p50Ms, p95Ms, p99Ms, maxMs, errors }]) =>
      `  ${name}: ${requests} requests, ${perSecond} acknowledged/s, p50 ${p50Ms} p95 ${p95Ms} p99 ${p99Ms} max ${maxMs} ms; errors: ${listed(errors) || 'none'}`,
  ),
]

const textOfNode = ({ node, state, owns, writes, rows }: NodeFigures): string =>
  `  node ${node} ${state}, owns ${(owns * 100).toFixed(1)} %, ${writes ?? '-'} writes, ${rows ?? '-'} rows`

const textOfVerdict = (verdict: Verdict): string => {
  const { asserted, found, holds } = verdict
  const word = isTarget(verdict) ? (holds ? 'met   ' : 'missed') : holds ? 'holds ' : 'FAILED'
  return `${word} ${asserted}, found ${Number(found.toFixed(3))}`
}

const listed = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ')
