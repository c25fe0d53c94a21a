/** The words and tables of the report about one experiment, and about all. */
import { KINDS } from '../../checker/sent.ts'
import { table, whole } from '../../kit/tables.ts'
import type { Figures, Recorded, Recordings } from '../recorded.ts'
import { isTarget } from '../verdicts.ts'
import { kindsOf } from './picture-requests.ts'

const NOT_YET = '*Not recorded yet.*'

/** @param pictures names of all pictures, relative to the document's folder */
export const figuresOf = (recorded: Recorded | undefined, pictures: string[]): string => {
  if (!recorded) return NOT_YET
  const { experiment, about, seconds } = recorded
  const shown = pictures.filter((name) => name.startsWith(`${experiment}-`))
  return [
    `${about} ${settingOf(recorded)}`,
    ...(seconds.length > 0 ? [phaseTable(recorded)] : []),
    ...shown.map((name) => `![${altOf(experiment, name)}](${name})`),
    ...(recorded.nodes.length > 0 ? [nodeTable(recorded)] : []),
    checkedOf(recorded),
    verdictsOf(recorded),
  ].join('\n\n')
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
  `${experiment}: ${name.slice(`${experiment}-`.length, -'.svg'.length)}`

const checkedOf = ({ checked }: Recorded): string =>
  `The checker read ${whole(checked.dialogs)} dialogs back: of ${whole(checked.messages)} messages sent, ` +
  `${whole(checked.acknowledged)} were acknowledged; ` +
  `${Object.entries(checked.wrong)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')}. Answers other than 200, and 429 or 503 with \`Retry-After\`: ${checked.forbiddenAnswers}.`

const PHASE_HEAD = [
  ...['from', 'seconds', 'clients', 'requests', '200 a second'],
  ...['p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'no success'],
]

/** How fast each kind of client was served from one event to the next. */
const phaseTable = ({ phases }: Recorded): string =>
  table(
    PHASE_HEAD,
    phases.flatMap((phase) =>
      kindsOf([phase]).map((kind, index) => [
        index === 0 ? phase.since : '',
        index === 0 ? `${whole(phase.fromSeconds)} to ${whole(phase.toSeconds)}` : '',
        kind,
        ...speedOf(phase.classes[kind] as Figures),
      ]),
    ),
  )

const speedOf = ({ requests, perSecond, p50Ms, p95Ms, p99Ms, maxMs, errors }: Figures): string[] => [
  whole(requests),
  Number.isFinite(perSecond) ? perSecond.toFixed(1) : '',
  ...[p50Ms, p95Ms, p99Ms, maxMs].map(whole),
  Object.entries(errors)
    .map(([status, count]) => `${status === '0' ? 'no reply' : status}: ${count}`)
    .join(', ') || '0',
]

const nodeTable = ({ nodes }: Recorded): string => {
  const numbers = [...new Set(nodes.flatMap((look) => look.nodes.map(({ node }) => node)))].sort(
    (a, b) => a - b,
  )
  return table(
    ['state, part of the ring owned', 'at', ...numbers.map((node) => `node ${node}`)],
    nodes.map(({ when, atSeconds, nodes: found }) => [
      when,
      `${whole(atSeconds)} s`,
      ...numbers.map((number) => {
        const node = found.find((one) => one.node === number)
        return node ? `${node.state}, ${(node.owns * 100).toFixed(1)} %` : ''
      }),
    ]),
  )
}

type Verdict = Recorded['verdicts'][number]

/** Assertions that nothing was found, or enough in each phase, are only counted when they hold: the tables above show them. */
const verdictsOf = ({ verdicts }: Recorded): string => {
  const shown = verdicts.filter((verdict) => !(verdict.holds && isTold(verdict)))
  const rows = shown.map(({ asserted, found, holds }) => [
    asserted,
    Number.isFinite(found) ? String(Number(found.toFixed(3))) : 'nothing',
    holds ? 'holds' : '**missed**',
  ])
  const counted = `${verdicts.filter(({ holds }) => holds).length} of ${verdicts.length} assertions hold.`
  return rows.length === 0 ? counted : `${counted}\n\n${table(['asserted', 'found', ''], rows)}`
}

const isTold = ({ asserted }: Verdict): boolean => /== 0$|^acknowledged since: /.test(asserted)

export const OVERVIEW = 'overview'

export const overviewOf = (recordings: Recordings, places: string[]): string =>
  table(
    ['experiment', 'acknowledged', ...KINDS, 'other answers', 'longest p99', 'targets met'],
    places.map((place) => [`[${place}](#${place})`, ...overviewRow(recordings.get(place))]),
  )

const overviewRow = (recorded: Recorded | undefined): string[] => {
  if (!recorded) return ['not recorded yet', ...new Array(KINDS.length + 3).fill('')]
  const { checked, phases, verdicts } = recorded
  const targets = verdicts.filter(isTarget)
  const longest = Math.max(
    ...phases.flatMap(({ classes }) => Object.values(classes).map(({ p99Ms }) => p99Ms)),
  )
  return [
    whole(checked.acknowledged),
    ...KINDS.map((kind) => whole(checked.wrong[kind] ?? Number.NaN)),
    whole(checked.forbiddenAnswers),
    Number.isFinite(longest) ? `${whole(longest)} ms` : '',
    targets.length === 0 ? '' : `${targets.filter(({ holds }) => holds).length} of ${targets.length}`,
  ]
}
