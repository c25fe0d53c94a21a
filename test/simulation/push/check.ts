/** Checks what devices showed against what was acknowledged, pushes against who listened, and frames against withdrawals. */

import type { Connection } from '../../../lib/model/connection.ts'
import type { UserId } from '../../../lib/model/ids.ts'
import type { Message } from '../../../lib/model/message.ts'
import type { Following } from '../../../lib/push/client-rules.ts'
import type { Acknowledged, Listening, Pushed, PushWorld, Withdrawn } from './world.ts'

/** What there is to check of a device. */
type Device = { name: string; person: UserId; dataCentre: number; following: Following<Message> }

/** A message that was acknowledged later than this after its stamp is in every listing, but pollers may miss it. */
const NOTICED_MS = 9_000
const WITHDRAWN_MS = 6_000
/** Rows are kept for whole seconds, by the clock of one instance. */
const EXPIRES_MS = 2_500
/** By clocks, a removal covers what is asked this long after it, at most: S, and twice what a clock may be wrong. */
const COVERED_MS = 1_000
/** Longer than a push takes whose frames are not given up as too old. */
const PUSH_MS = 3_000

export const check = (world: PushWorld, devices: Device[]): string[] => [
  ...devices.flatMap((device) => [...missing(world, device), ...disordered(world, device)]),
  ...world.pushes.flatMap((push) => notTold(world, push)),
  ...foreign(world),
  ...afterWithdrawal(world),
]

const peerOf = (one: UserId, { from, to }: Message): UserId | undefined => {
  if (from === one) return to
  return to === one ? from : undefined
}

const isNoticed = ({ stampMs, ackMs }: Acknowledged) => ackMs - stampMs <= NOTICED_MS

/**
 * What a device has not shown of what was acknowledged before a moment. It has caught up with the answer to what it asked
 * then: from that moment on, it will never look for these again.
 */
export const missing = (
  { acknowledged }: PushWorld,
  { name, person, dataCentre, following }: Pick<Device, 'name' | 'person' | 'dataCentre' | 'following'>,
  askedMs = Number.POSITIVE_INFINITY,
): string[] => {
  const shownWith = new Map<UserId, Set<string>>()
  const isShown = (peer: UserId, id: string) => {
    const shown = shownWith.get(peer) ?? new Set(following.shownWith(peer).map((one) => one.id))
    shownWith.set(peer, shown)
    return shown.has(id)
  }
  return acknowledged
    .filter((one) => one.dataCentre === dataCentre && one.ackMs < askedMs && isNoticed(one))
    .flatMap(({ message, ackMs }) => {
      const peer = peerOf(person, message)
      if (peer === undefined || isShown(peer, message.id)) return []
      return [`${name} misses ${message.id}, ${message.text}, acknowledged at ${ackMs}`]
    })
}

const disordered = ({ attempted }: PushWorld, { name, person, following }: Device): string[] => {
  const people = new Set([...attempted.values()].flat())
  return [...people].flatMap((peer) => {
    const shown = following.shownWith(peer)
    const isOrdered = shown.every(({ id }, index) => index === 0 || id > String(shown[index - 1]?.id))
    const isTheirs = shown.every((message) => {
      const pair = attempted.get(message.text)
      return peerOf(person, message) === peer && pair?.[0] === message.from && pair[1] === message.to
    })
    return [
      ...(isOrdered ? [] : [`${name} shows what was said with ${peer} out of order, or twice`]),
      ...(isTheirs ? [] : [`${name} shows what was not said with ${peer}`]),
    ]
  })
}

/**
 * Whoever was listening when a message was stored, and still was when the push was over, was sent it. But a read that begins
 * before the row of a renewed token is stored may see the removal of the old one, and not the new one: the answer to the
 * renewal, which looks after that, tells the device that it is behind.
 */
const notTold = (world: PushWorld, push: Pushed): string[] => {
  if (push.doneMs - push.readMs > PUSH_MS) return []
  return world.listening
    .filter((one) => mustBeTold(world, one, push))
    .filter(({ socket }) => !push.posted.has(socket.connection.id))
    .map(({ socket, person }) => `${socket.connection.id} of ${person} was not told ${push.message.id}`)
}

const mustBeTold = (world: PushWorld, { socket, ...one }: Listening, push: Pushed): boolean =>
  peerOf(one.person, push.message) !== undefined &&
  one.dataCentre === push.dataCentre &&
  one.fromMs < push.readMs &&
  socket.closedMs > push.doneMs &&
  !socket.moves.some(({ beganMs, doneMs }) => beganMs <= push.doneMs && push.readMs <= doneMs) &&
  !socket.instance?.state.isDead &&
  one.expiresMs - EXPIRES_MS > push.doneMs &&
  !world.withdrawals.some(
    (withdrawal) =>
      isBelow(socket.connection, withdrawal) &&
      withdrawal.beganMs < push.doneMs &&
      one.askedMs < withdrawal.removedMs + COVERED_MS,
  )

const isBelow = ({ user, session, token, id }: Connection, withdrawn: Pick<Withdrawn, 'user' | 'path'>) =>
  user === withdrawn.user && withdrawn.path.every((part, index) => part === [session ?? '', token, id][index])

const foreign = ({ heard, attempted, acknowledged, pushes }: PushWorld): string[] => {
  const messages = new Map([
    ...pushes.map(({ message }) => [message.id, message] as const),
    ...acknowledged.map(({ message }) => [message.id, message] as const),
  ])
  return heard.flatMap(({ connection, message: id }) => {
    const message = messages.get(id)
    if (!message || attempted.get(message.text)?.includes(connection.user)) return []
    return [`${connection.user} hears ${id}, which is not theirs`]
  })
}

const afterWithdrawal = ({ heard, withdrawals }: PushWorld): string[] =>
  heard.flatMap(({ connection, message, atMs }) =>
    withdrawals
      .filter(({ beganMs, doneMs }) => atMs > doneMs + WITHDRAWN_MS && connection.issuedMs <= beganMs)
      .filter((withdrawal) => isBelow(connection, withdrawal))
      .map(({ doneMs }) => `${connection.id}, withdrawn at ${doneMs}, hears ${message} at ${atMs}`),
  )
