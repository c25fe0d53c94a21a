/** All experiments in one table: what the checker found in each. */

import { KINDS } from '../../checker/flaw.ts'
import { markdownTable } from '../../kit/markdown-table.ts'
import { whole } from '../../kit/whole.ts'
import type { Recorded } from '../recorded.ts'
import { isTarget } from '../verdicts.ts'
import type { Recordings } from './taken.ts'

export const OVERVIEW = 'overview'

export const overviewOf = (recordings: Recordings, places: string[]): string =>
  markdownTable([
    ['experiment', 'acknowledged', ...KINDS, 'other answers', 'longest p99', 'targets met'],
    ...places.map((place) => [`[${place}](#${place})`, ...overviewRow(recordings.get(place))]),
  ]).trimEnd()

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
