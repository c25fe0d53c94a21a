/** What stands in the report about one experiment: words, tables and pictures, as markdown. */

import { whole } from '../../kit/whole.ts'
import type { Recorded } from '../recorded.ts'
import { nodeTable } from './node-table.ts'
import { phaseTable } from './phase-table.ts'
import { verdictsOf } from './verdicts.ts'

const NOT_YET = '*Not recorded yet.*'

/** @param pictures names of those that there are, below the document's folder */
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
  ]
    .map((part) => part.trimEnd())
    .join('\n\n')
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
