/** What stands in the report about one experiment, and about all of them: tables and pictures, as markdown. */
import { markdownTable } from '../markdown-table.ts'
import type { Figures, Recorded } from '../prove/recorded.ts'
import { kindsOf } from './picture-latency.ts'
import type { Recordings } from './taken.ts'

export const OVERVIEW = 'overview'
const NOT_YET = '*Not recorded yet.*'

/** @param pictures names of those that there are, below the document's folder */
export const figuresOf = (recorded: Recorded | undefined, pictures: string[]): string => {
  if (!recorded) return NOT_YET
  const { experiment, about, seconds } = recorded
  const shown = pictures.filter((name) => name.startsWith(`resharding/${experiment}-`))
  return [
    `${about} ${settingOf(recorded)}`,
    ...(seconds.length > 0 ? [phaseTable(recorded)] : []),
    ...shown.map((name) => `![${altOf(experiment, name)}](${name})`),
    ...(recorded.nodes.length > 0 ? [nodeTable(recorded)] : []),
    checkedOf(recorded),
    ...(recorded.verdicts.length > 0 ? [verdictTable(recorded)] : []),
  ]
    .map((part) => part.trimEnd())
    .join('\n\n')
}

export const overviewOf = (recordings: Recordings, places: string[]): string =>
  markdownTable([
    ['experiment', 'acknowledged', ...KINDS, 'other answers', 'longest p99', 'missed targets'],
    ...places.map((place) => [`[${place}](#${place})`, ...overviewRow(recordings.get(place))]),
  ]).trimEnd()

/** As the checker names them. */
const KINDS = ['lost', 'doubled', 'out of order', 'invented', 'changed']

const overviewRow = (recorded: Recorded | undefined): string[] => {
  if (!recorded) return ['not recorded yet', ...new Array(KINDS.length + 3).fill('')]
  const { checked, phases, verdicts } = recorded
  const longest = Math.max(
    ...phases.flatMap(({ classes }) => Object.values(classes).map(({ p99Ms }) => p99Ms)),
  )
  return [
    whole(checked.acknowledged),
    ...KINDS.map((kind) => whole(checked.wrong[kind] ?? Number.NaN)),
    whole(checked.forbiddenAnswers),
    Number.isFinite(longest) ? `${whole(longest)} ms` : '',
    `${verdicts.filter(({ holds }) => !holds).length} of ${verdicts.length}`,
  ]
}

const settingOf = ({ setting, machine, recordedAt }: Recorded): string => {
  const { nodes, replicas, instances, load, requestsPerSecond } = setting
  return (
    `${nodes} nodes, RF ${replicas}, ${instances} instances; load: ${load}, ${whole(requestsPerSecond)} requests a second. ` +
    `Recorded on ${recordedAt.slice(0, 10)} with ${machine.database} and Node ${machine.node.replace(/^v/, '')}, all on one machine: ` +
    `${machine.cores} cores, ${whole(machine.memoryGb)} GB.`
  )
}

const altOf = (experiment: string, name: string): string =>
  `${experiment}: ${name.slice(`resharding/${experiment}-`.length, -'.svg'.length)}`

const phaseTable = ({ phases }: Recorded): string =>
  markdownTable([
    [
      'from',
      'seconds',
      'clients',
      'requests',
      'a second',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'max ms',
      'no success',
    ],
    ...phases.flatMap((phase) =>
      kindsOf([phase]).map((kind, index) => [
        index === 0 ? phase.since : '',
        index === 0 ? `${whole(phase.fromSeconds)} to ${whole(phase.toSeconds)}` : '',
        kind,
        ...speedOf(phase.classes[kind] as Figures),
      ]),
    ),
  ])

const speedOf = ({ requests, perSecond, p50Ms, p95Ms, p99Ms, maxMs, errors }: Figures): string[] => [
  whole(requests),
  perSecond.toFixed(1),
  ...[p50Ms, p95Ms, p99Ms, maxMs].map(whole),
  Object.entries(errors)
    .map(([status, count]) => `${status === '0' ? 'no reply' : status}: ${count}`)
    .join(', ') || '0',
]

const nodeTable = ({ nodes }: Recorded): string => {
  const numbers = [...new Set(nodes.flatMap((look) => look.nodes.map(({ node }) => node)))].sort(
    (a, b) => a - b,
  )
  return markdownTable([
    ['state, part of the ring owned', 'at', ...numbers.map((node) => `node ${node}`)],
    ...nodes.map(({ when, atSeconds, nodes: found }) => [
      when,
      `${whole(atSeconds)} s`,
      ...numbers.map((number) => {
        const node = found.find((one) => one.node === number)
        return node ? `${node.state}, ${(node.owns * 100).toFixed(1)} %` : ''
      }),
    ]),
  ])
}

const checkedOf = ({ checked }: Recorded): string =>
  `The checker read ${whole(checked.dialogs)} dialogs back: of ${whole(checked.messages)} messages sent, ` +
  `${whole(checked.acknowledged)} were acknowledged; ` +
  `${Object.entries(checked.wrong)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')}. Answers other than 200, and 429 or 503 with \`Retry-After\`: ${checked.forbiddenAnswers}.`

const verdictTable = ({ verdicts }: Recorded): string =>
  markdownTable([
    ['asserted', 'found', ''],
    ...verdicts.map(({ asserted, found, holds }) => [
      asserted,
      String(Number(found.toFixed(3))),
      holds ? 'holds' : '**missed**',
    ]),
  ])

const whole = (value: number) => (Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '')
