/** Half of all messages are one person's, or in one dialog: are the bystanders served as when all is spread evenly? */
import { median } from '../../median.ts'
import type { Experiment } from '../experiment.ts'
import { lanesOf } from '../lanes.ts'
import { atMost } from '../verdicts.ts'
import { p99Of } from './ratios.ts'

const PART_OF_CEILING = 0.5
const ROUNDS = [1, 2, 3]
const SECONDS = 15
const MOST = 1.25

const beside = (scenario: 'celebrity' | 'torrent', about: string): Experiment => ({
  about,
  size: { nodes: 3, replicas: 3, instances: 4 },
  happens: async (stage) => {
    await stage.look('before')
    const rate = Math.round((await stage.ceiling()) * PART_OF_CEILING)
    for (const round of ROUNDS) {
      const both = ['town', scenario] as const
      // The one that goes first has the colder machine: they take turns at that.
      for (const one of round % 2 === 1 ? both : both.toReversed())
        await stage.load(`${one}, round ${round}`, { scenario: one, rate, seconds: SECONDS })
    }
    await stage.look('after')
    const ratios = ROUNDS.map(
      (round) =>
        p99Of(stage, `${scenario}, round ${round}`, 'bystanders') / p99Of(stage, `town, round ${round}`),
    )
    const found = ratios.map((ratio) => ratio.toFixed(2)).join(', ')
    return {
      load: `${scenario}, and town in turns`,
      requestsPerSecond: rate,
      targets: [
        atMost(`p99 of bystanders / that of an even load (median of ${found})`, MOST, median(ratios)),
      ],
      ...(scenario === 'torrent' && { lanes: await lanesOf(stage) }),
    }
  },
})

export const celebrity = beside(
  'celebrity',
  'Half of all messages are one person’s, to 39 others, at half of what the cluster bears; in turns with an even load.',
)
export const torrent = beside(
  'torrent',
  'Half of all messages are in one dialog, at half of what the cluster bears; in turns with an even load.',
)
