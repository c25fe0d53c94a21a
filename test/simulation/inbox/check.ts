/** Checks walks of an inbox against what was sent: no dialog is lost, none is there twice, and all are in order. */
import { dialogIdOf, inboxIdOf, type MessageId, stampOf, type UserId } from '../../../lib/model/ids.ts'
import { GRACE_MS } from '../../../lib/timeline/rules.ts'
import type { Unsettled } from '../replicas.ts'
import { aboutListing } from './port.ts'

/** A send of one dialog, from its request to the last moment at which the service may work on it. */
export type Attempt = {
  pair: [UserId, UserId]
  dataCentre: number
  startMs: number
  endMs: number
  isAcknowledged: boolean
}
type Acknowledged = { pair: [UserId, UserId]; id: MessageId; dataCentre: number; ackMs: number }
export type Entry = { with: UserId; last: MessageId }
type Walk = {
  kind: 'walk' | 'end'
  identity: object
  caller: UserId
  dataCentre: number
  startMs: number
  endMs: number
  pages: number
  entries: Entry[]
}
export type Story = {
  attempts: Attempt[]
  acknowledged: Acknowledged[]
  walks: Walk[]
  unsettled: Unsettled[]
  /** Whose time buckets have always had one lane. */
  isOrdered: (caller: UserId) => boolean
}

/** W + G. */
const TOLERANCE_MS = 10_000 + GRACE_MS

/** How many dialogs in how many walks were held to being there exactly once. */
export const quietIn = (story: Story): number =>
  story.walks.reduce((sum, walk) => sum + quietOf(walk, story).size, 0)

export const check = (story: Story): string[] => [
  ...story.walks.flatMap((walk) => checkWalk(walk, story)),
  ...story.walks.flatMap((walk) => missedTwice(walk, story)),
]

/** What a send hides from one walk, which began before it was over, the next one has, unless it was sent again. */
const missedTwice = (earlier: Walk, story: Story): string[] => {
  const { caller, dataCentre } = earlier
  const known = [...knownTo(earlier, story).keys()].filter((peer) => isMissing(peer, earlier))
  const isSentAgain = (peer: UserId, { endMs }: Walk) =>
    story.attempts.some(
      (one) => peerIn(one.pair, caller) === peer && one.startMs >= earlier.startMs && one.startMs <= endMs,
    )
  return story.walks
    .filter((one) => one.caller === caller && one.dataCentre === dataCentre && one.startMs > earlier.endMs)
    .flatMap((later) =>
      known
        .filter(
          (peer) =>
            isMissing(peer, later) && !isSentAgain(peer, later) && !isUnsettled(peer, later, story.unsettled),
        )
        .map(
          (peer) =>
            `${peer} is neither in the walk of ${caller} from ${earlier.startMs}, nor in that from ${later.startMs}`,
        ),
    )
}

const isMissing = (peer: UserId, { entries }: Walk) => entries.every((entry) => entry.with !== peer)

const checkWalk = (walk: Walk, story: Story): string[] => {
  const { caller, kind, startMs, entries } = walk
  const quiet = [...quietOf(walk, story)]
  const name = `${kind} of ${caller} from ${startMs}`
  return [
    ...quiet.flatMap(([peer, id]) => {
      const mine = entries.filter((entry) => entry.with === peer)
      if (mine.length !== 1) return [`${name} has ${peer} ${mine.length} times, acknowledged ${id}`]
      return String(mine[0]?.last) < id ? [`${name} shows ${mine[0]?.last} of ${peer}, not ${id}`] : []
    }),
    ...(story.isOrdered(caller) ? disordered(name, walk, new Map(quiet), story) : []),
  ]
}

/** Each dialog that has a message which was acknowledged before this walk began, and the newest of those. */
const knownTo = ({ caller, kind, dataCentre, startMs }: Walk, story: Story): Map<UserId, MessageId> => {
  const known = new Map<UserId, MessageId>()
  for (const { pair, id, dataCentre: where, ackMs } of story.acknowledged) {
    if (ackMs >= startMs || (kind !== 'end' && where !== dataCentre)) continue
    const peer = peerIn(pair, caller)
    if (peer !== undefined && id > (known.get(peer) ?? '')) known.set(peer, id)
  }
  return known
}

/** Those that nothing happens to while they are walked. */
const quietOf = (walk: Walk, story: Story): Map<UserId, MessageId> => {
  const known = [...knownTo(walk, story)]
  return new Map(known.filter(([peer]) => !isDisturbed(walk.caller, peer, walk, story)))
}

/** By the newest acknowledged messages; one that is in doubt may have brought its dialog up. */
const disordered = (
  name: string,
  { caller, entries }: Walk,
  known: Map<UserId, MessageId>,
  { attempts, acknowledged }: Story,
): string[] => {
  const doubtfulMs = (peer: UserId) => [
    ...attempts
      .filter((one) => !one.isAcknowledged && peerIn(one.pair, caller) === peer)
      .map((one) => one.endMs),
    // In another data centre.
    ...acknowledged.filter((one) => peerIn(one.pair, caller) === peer).map(({ id }) => stampOf(id)),
  ]
  let lowest = { peer: caller, mostMs: Number.POSITIVE_INFINITY }
  const issues: string[] = []
  for (const { with: peer } of entries) {
    const newest = known.get(peer)
    if (newest === undefined) continue
    const stampMs = stampOf(newest)
    if (stampMs > lowest.mostMs + TOLERANCE_MS)
      issues.push(`${name} has ${peer} (${stampMs}) after ${lowest.peer} (${lowest.mostMs})`)
    const mostMs = Math.max(stampMs, ...doubtfulMs(peer))
    if (mostMs < lowest.mostMs) lowest = { peer, mostMs }
  }
  return issues
}

/** A send of this dialog runs, or a write of one may surface, while it is walked. */
const isDisturbed = (caller: UserId, peer: UserId, walk: Walk, { attempts, unsettled }: Story): boolean =>
  attempts.some(
    (one) =>
      one.dataCentre === walk.dataCentre &&
      peerIn(one.pair, caller) === peer &&
      overlaps(walk, one.startMs, one.endMs),
  ) || isUnsettled(peer, walk, unsettled)

const isUnsettled = (peer: UserId, walk: Walk, unsettled: Unsettled[]): boolean => {
  const { identity, caller, dataCentre } = walk
  const about = new Set([
    dialogIdOf(caller, peer).toString('hex'),
    aboutListing(inboxIdOf(caller), peer),
    aboutListing(inboxIdOf(peer), caller),
  ])
  return unsettled.some(
    (one) =>
      one.dataCentre === dataCentre &&
      about.has(one.about) &&
      one.repairIn !== identity &&
      overlaps(walk, one.fromMs, one.untilMs),
  )
}

const overlaps = (walk: Walk, fromMs: number, untilMs: number) =>
  fromMs <= walk.endMs && untilMs >= walk.startMs

const peerIn = ([one, other]: [UserId, UserId], caller: UserId): UserId | undefined => {
  if (one === caller) return other
  return other === caller ? one : undefined
}
