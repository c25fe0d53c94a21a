/** The experiment with a person to whom half of all senders write, each for the first time. */
import { median } from 'd3-array'
import { allPages } from '../../../lib/buckets/pages.ts'
import { openLog } from '../../../lib/log.ts'
import { inboxIdOf, type UserId } from '../../../lib/model/ids.ts'
import { GENESIS } from '../../../lib/timeline/bucket.ts'
import { lanesOf } from '../../../lib/timeline/merge.ts'
import { DEFAULT_RULES } from '../../../lib/timeline/rules.ts'
import { timeBucketOf } from '../../../lib/timeline/timeline.ts'
import { openInstance } from '../../bench/torrent/instances.ts'
import type { Experiment } from '../experiment.ts'
import type { Stage } from '../stage.ts'
import { atLeast, atMost } from '../verdicts.ts'
import { p99Of, SIZE } from './modest.ts'

const PART_OF_CEILING = 0.5
const ROUNDS = [1, 2, 3]
const SECONDS = 15
/** More than visits of a load, so that each fan writes once; and the stars, as the scenario has them. */
const [FANS, STARS] = [8_000, 8]
const MOST_BESIDE_EVEN = 1.25
/** Ten times the mean, as for messages. */
const MOST_ROWS = 10 * DEFAULT_RULES.inboxRows
const ALL_ROWS = 1_000_000

const [to_a_star, evenly] = [
  (round: number) => `fans write to a star, round ${round}`,
  (round: number) => `fans write to each other, round ${round}`,
]

export const fanMail: Experiment = {
  about:
    'Half of all senders write to one person, each for the first time, at half of what the cluster bears; in turns with as many new dialogs spread evenly.',
  size: SIZE,
  strangers: FANS + STARS,
  happens: async (stage) => {
    const rate = Math.round((await stage.ceiling()) * PART_OF_CEILING)
    const load = { scenario: 'fan-mail', rate, seconds: SECONDS } as const
    for (const round of ROUNDS) {
      const one = () => stage.load(to_a_star(round), { ...load, star: round })
      const other = () => stage.load(evenly(round), { ...load, star: round, isEven: true })
      // Whichever goes first has the colder machine: they take turns at that.
      for (const next of round % 2 === 1 ? [one, other] : [other, one]) await next()
    }
    const ratios = ROUNDS.map(
      (round) => p99Of(stage, to_a_star(round), 'bystanders') / p99Of(stage, evenly(round), 'bystanders'),
    )
    const all = ratios.map((ratio) => ratio.toFixed(2)).join(', ')
    const held = await Promise.all(ROUNDS.map((round) => partitionsOf(stage, starOf(stage, round))))
    const sizes = held.flat()
    return {
      load,
      guarantees: [
        atLeast(
          `dialogs of a star, in ${sizes.length} partitions of ${ROUNDS.length}`,
          1,
          Math.max(...sizes),
        ),
      ],
      targets: [
        atMost(
          `p99 of bystanders / that of an even load (median of ${all})`,
          MOST_BESIDE_EVEN,
          median(ratios) ?? Number.NaN,
        ),
        atMost('dialogs in the largest partition of an inbox', MOST_ROWS, Math.max(...sizes)),
      ],
    }
  },
}

const starOf = ({ people }: Stage, round: number) => people.at(-1 - round)?.id as UserId

/** How many dialogs each partition of an inbox has. */
const partitionsOf = async ({ variables }: Stage, person: UserId): Promise<number[]> => {
  const { index, store, close } = openInstance(
    { ...process.env, ...variables },
    openLog({ write: () => undefined }),
  )
  const inbox = inboxIdOf(person)
  const opened = (await index(inbox)).map(({ bucket }) => bucket)
  const lanes = [GENESIS, ...opened].flatMap((bucket) => lanesOf(timeBucketOf(bucket)))
  const sizes = await Promise.all(
    lanes.map(
      async ({ bucket }) =>
        (await allPages((from) => store().listingsAfter(inbox, bucket, '', ALL_ROWS, from))).length,
    ),
  )
  await close()
  return sizes
}
