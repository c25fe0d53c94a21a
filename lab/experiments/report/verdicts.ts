/** What was asserted of an experiment, and whether it held. */
import { markdownTable } from '../../kit/markdown-table.ts'
import type { Recorded } from '../recorded.ts'

type Verdict = Recorded['verdicts'][number]

/** Those of which nothing had to be found, or enough in each phase, are only counted when they hold: that is told above. */
export const verdictsOf = ({ verdicts }: Recorded): string => {
  const shown = verdicts.filter((verdict) => !(verdict.holds && isTold(verdict)))
  const rows = shown.map(({ asserted, found, holds }) => [
    asserted,
    Number.isFinite(found) ? String(Number(found.toFixed(3))) : 'nothing',
    holds ? 'holds' : '**missed**',
  ])
  const counted = `${verdicts.filter(({ holds }) => holds).length} of ${verdicts.length} assertions hold.`
  return rows.length === 0 ? counted : `${counted}\n\n${markdownTable([['asserted', 'found', ''], ...rows])}`
}

const isTold = ({ asserted }: Verdict): boolean => /== 0$|^acknowledged since: /.test(asserted)
