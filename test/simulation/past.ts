/** The past of a dialog in some runs: more time buckets than one read of the index returns, the last one hot. */
import { dialogIdOf, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import { bucketOf } from '../../lib/timeline/bucket.ts'
import { chooseLane } from '../../lib/timeline/opening.ts'
import { PAIRS, PEOPLE, type Scene } from './people.ts'
import { putMessage, putRow } from './replicas.ts'

const ONE_IN = 10
const BUCKETS = 20
const LANES = 8
const APART_MS = 100_000

/** Written and repaired long ago: every replica has it. */
export const createPast = ({ setting, sent, attempts }: Scene): void => {
  const { time, keyRandom, cluster, rules } = setting
  if (!keyRandom.chance(1 / ONE_IN)) return
  // The last one has cooled: no time bucket is opened because another is full.
  rules.bucketRows = 1_000
  const [pair] = PAIRS
  if (!pair) return
  const [from, to] = pair.map((index) => PEOPLE[index]) as [UserId, UserId]
  const dialog = dialogIdOf(from, to)
  for (let age = BUCKETS; age > 0; age -= 1) {
    const openedAtSeconds = Math.floor((time.now() - age * APART_MS) / 1000)
    const newest = bucketOf({ openedAtSeconds, lanes: age === 1 ? LANES : 1 })
    const stampMs = openedAtSeconds * 1000 + 50
    const id = messageIdAt(stampMs, keyRandom.bytes(10))
    const text = `past-${age}`
    cluster.onAllReplicas(putRow(dialog, newest, { unixMs: openedAtSeconds * 1000 + 10, writtenAt: 0 }))
    cluster.onAllReplicas(putMessage(dialog, chooseLane(id, newest), { id, from, to, text }))
    attempts.push({ text, pair, isRefused: false })
    const times = { stampMs, startMs: stampMs, ackMs: stampMs }
    for (const dataCentre of [0, 1]) sent.push({ id, text, pair, dataCentre, ...times })
  }
}
