/** Experiments with uneven loads: on bystanders beside an even load, and over the nodes. */
import { median } from 'd3-array'
import { ONE_BUCKET } from '../../kit/world.ts'
import type { Verdict } from '../../load/report.ts'
import type { Experiment } from '../experiment.ts'
import { lanesOf, type Stage, unevenness } from '../stage.ts'
import { atLeast, atMost } from '../verdicts.ts'
import { p99Of, SIZE } from './modest.ts'

const PART_OF_CEILING = 0.5
const ROUNDS = [1, 2, 3]
const SECONDS = 15
const MOST_BESIDE_EVEN = 1.25

const besideEven = async (stage: Stage, scenario: 'celebrity' | 'torrent') => {
  await stage.look('before')
  const rate = Math.round((await stage.ceiling()) * PART_OF_CEILING)
  const load = { scenario, rate, seconds: SECONDS }
  for (const round of ROUNDS) {
    const both = ['town', scenario] as const
    // Whichever goes first has the colder machine: they take turns at that.
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
  return { load, targets: [atMost(target, MOST_BESIDE_EVEN, median(ratios) ?? Number.NaN)] }
}

export const celebrity: Experiment = {
  about:
    'Half of all messages are those of one person, to everybody, at half of what the cluster bears; in turns with an even load.',
  size: SIZE,
  happens: (stage) => besideEven(stage, 'celebrity'),
}

export const torrent: Experiment = {
  about:
    'Half of all messages are in one dialog, at half of what the cluster bears; in turns with an even load.',
  size: SIZE,
  happens: async (stage) => ({ ...(await besideEven(stage, 'torrent')), lanes: await lanesOf(stage) }),
}

const LOAD = { scenario: 'torrent', rate: 100, seconds: 40, alone: true } as const
/** The dialog has 64 lanes after some seconds, and many time buckets. */
const SMALL = { BUCKET_ROWS: '6', FILL_SECONDS: '20' }
const MOST_UNEVEN = 1.5
const LEAST_PARTITIONS = 64
const NODES = 4

export const spread: Experiment = {
  about:
    'All writes are to one dialog of a cluster of four nodes without replicas; then the same without adaptive buckets.',
  size: { nodes: NODES, replicas: 1, instances: 4, rules: SMALL },
  happens: async (stage) => {
    await stage.warmUp()
    const before = await stage.look('before')
    await stage.load('key (dialog, bucket)', LOAD)
    const between = await stage.look('after (dialog, bucket)')
    const lanes = await lanesOf(stage)
    // Other people, whose dialog has no bucket but the first.
    stage.people.reverse()
    await stage.load('key (dialog)', LOAD, undefined, await stage.serveUnder(ONE_BUCKET))
    const after = await stage.look('after (dialog)')
    return {
      load: LOAD,
      lanes,
      guarantees: [
        atMost(
          'writes of the busiest node / the mean, key (dialog, bucket)',
          MOST_UNEVEN,
          unevenness(before, between),
        ),
        atLeast('partitions of that dialog', LEAST_PARTITIONS, lanes.at(-1)?.partitions ?? 0),
        allOnOne(unevenness(between, after)),
      ],
    }
  },
}

const allOnOne = (found: number): Verdict => ({
  asserted: `writes of the busiest node / the mean, key (dialog) == ${NODES}`,
  found,
  holds: found === NODES,
})
