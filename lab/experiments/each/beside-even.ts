/** Loads that are uneven, in turns with as much that is spread evenly: are bystanders served as well? */
import { median } from '../../kit/median.ts'
import type { Stage } from '../stage.ts'
import { atMost } from '../verdicts.ts'
import { p99Of } from './p99.ts'

const PART_OF_CEILING = 0.5
const ROUNDS = [1, 2, 3]
const SECONDS = 15
const MOST = 1.25

export const besideEven = async (stage: Stage, scenario: 'celebrity' | 'torrent') => {
  await stage.look('before')
  const rate = Math.round((await stage.ceiling()) * PART_OF_CEILING)
  const load = { scenario, rate, seconds: SECONDS }
  for (const round of ROUNDS) {
    const both = ['town', scenario] as const
    // The one that goes first has the colder machine: they take turns at that.
    for (const one of round % 2 === 1 ? both : both.toReversed())
      await stage.load(`${one}, round ${round}`, { ...load, scenario: one })
  }
  await stage.look('after')
  const ratios = ROUNDS.map(
    (round) =>
      p99Of(stage, `${scenario}, round ${round}`, 'bystanders') / p99Of(stage, `town, round ${round}`),
  )
  const all = ratios.map((ratio) => ratio.toFixed(2)).join(', ')
  const target = `p99 of bystanders / that of an even load (median of ${all})`
  return { load, targets: [atMost(target, MOST, median(ratios))] }
}
