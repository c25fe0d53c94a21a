/** What people do in a run: send, list everything page by page, poll; through whichever instance answers. */
import { type MessageId, stampOf, type UserId } from '../../lib/model/ids.ts'
import type { HistoryPage } from '../../lib/model/operations.ts'
import type { Attempt, Listed, Pair, Seen, Sent } from './check.ts'
import { DEADLINE_PASSED, type Instance } from './instance.ts'
import type { Setting } from './setting.ts'

export const PEOPLE = ['alice', 'bob', 'carol'] as UserId[]
/** Two dialogs: an instance must not mix them up, nor push one's stamps by the other's. */
export const PAIRS: Pair[] = [
  [0, 1],
  [1, 2],
]

/** Where people are, and what they report. */
export type Scene = {
  setting: Setting
  instances: Instance[]
  sent: Sent[]
  seen: Seen[]
  attempts: Attempt[]
  complaints: string[]
  endMs: number
}

/** Some instance that lives, in that data centre if one is named. */
export const someInstance = ({ setting, instances }: Scene, dataCentre?: number): Instance | undefined => {
  const alive = instances.filter(
    (instance) => !instance.state.isDead && (dataCentre ?? instance.dataCentre) === instance.dataCentre,
  )
  return alive.length > 0 ? setting.dice.pick(alive) : undefined
}

export const sendALot = async (scene: Scene) => {
  const { time, dice } = scene.setting
  const pair = dice.pick(PAIRS)
  const paceMs = dice.pick([50, 150, 400])
  const atOnce = dice.pick([1, 1, 4])
  while (time.now() < scene.endMs) {
    await time.sleep(dice.between(1, paceMs * 2 * atOnce))
    await Promise.all(Array.from({ length: atOnce }, () => send(scene, pair)))
  }
}

/** Whether it was acknowledged. */
export const send = async (scene: Scene, pair: Pair): Promise<boolean> => {
  const { time, product, trace } = scene.setting
  const [from, to] = pair.map((index) => PEOPLE[index]) as [UserId, UserId]
  const text = `text-${scene.attempts.length}`
  const instance = someInstance(scene)
  if (!instance) return false
  const attempt = { text, pair, isRefused: false }
  scene.attempts.push(attempt)
  const { name, state, dataCentre } = instance
  const startMs = time.now()
  const stepsBefore = state.steps
  const reply = await instance.serve((ctx) => product.sendMessage({ from, to, text }, ctx))
  if (reply && 'error' in reply) attempt.isRefused = isRefusal(scene, reply.error)
  if (!reply || !('result' in reply)) return false
  const { id } = reply.result
  const steps = [stepsBefore, state.steps] as const
  const times = { stampMs: stampOf(id), startMs, ackMs: time.now() }
  scene.sent.push({ id, text, pair, dataCentre, ...times, clock: { instance: name, steps } })
  trace(`${name} acknowledges ${id}`)
  return true
}

/** Whether nothing is stored. Anything but a fault that clients are told of is one of the service's own. */
export const isRefusal = ({ setting, complaints }: Scene, error: unknown): boolean => {
  if (error instanceof setting.product.Fault) return error.kind !== 'write_in_doubt'
  if (!(error instanceof Error && error.message === DEADLINE_PASSED)) complaints.push(`failed with ${error}`)
  return false
}

export const listOften = async (scene: Scene) => {
  const { time, dice } = scene.setting
  while (time.now() < scene.endMs) {
    await time.sleep(dice.between(200, 4_000))
    const dataCentre = someInstance(scene)?.dataCentre
    if (dataCentre !== undefined) await walk(scene, dice.pick(PAIRS), dataCentre, 'walk')
  }
}

type Cursor = { before?: MessageId; after?: MessageId; settled?: MessageId }
const TRIES = 5

/** A page, and when it was asked for. */
type Answered = HistoryPage & { askedMs: number }

/** A page from whichever instance answers. */
const pageOf = async (
  scene: Scene,
  pair: Pair,
  dataCentre: number,
  ask: Cursor & { limit: number },
): Promise<Answered | undefined> => {
  const [caller, other] = pair.map((index) => PEOPLE[index]) as [UserId, UserId]
  const { product, time } = scene.setting
  for (let tries = 0; tries < TRIES; tries += 1) {
    const instance = someInstance(scene, dataCentre)
    if (!instance) return undefined
    const askedMs = time.now()
    const reply = await instance.serve((ctx) =>
      product.listMessages({ caller, other, ...ask, offset: 0 }, ctx),
    )
    if (reply && 'result' in reply) return { ...ofThese(scene, pair, reply.result), askedMs }
    if (reply) isRefusal(scene, reply.error)
  }
  return undefined
}

const ofThese = ({ complaints }: Scene, pair: Pair, page: HistoryPage): HistoryPage => {
  const [first, second] = pair.map((index) => PEOPLE[index])
  for (const { id, from, to } of page.messages)
    if (from !== first || to !== second) complaints.push(`${id} is from ${from} to ${to}`)
  return page
}

/** The whole dialog, page by page, downwards or upwards, by instances of one data centre; false: there was no page. */
export const walk = async (
  scene: Scene,
  pair: Pair,
  dataCentre: number,
  kind: Seen['kind'],
): Promise<boolean> => {
  const { time, dice } = scene.setting
  const isUpwards = dice.chance(0.5)
  const startMs = time.now()
  const messages: Listed[] = []
  const limit = dice.pick([5, 20, 100])
  const begin: Cursor = isUpwards ? { after: LOWEST } : {}
  for (let cursor: Cursor | undefined = begin; cursor; ) {
    const page: Answered | undefined = await pageOf(scene, pair, dataCentre, { ...cursor, limit })
    if (!page) return false
    messages.push(...(isUpwards ? page.messages.toReversed() : page.messages))
    const [newest] = page.messages
    cursor = isUpwards ? newest && { after: newest.id } : page.older && { before: page.older }
  }
  scene.seen.push({ kind, pair, dataCentre, startMs, messages: isUpwards ? messages.reverse() : messages })
  return true
}
const LOWEST = '00000000-0000-7000-8000-000000000000' as MessageId

/** After that long everything is settled that was acknowledged before. */
const SETTLED_MS = 15_000

/** Follows rel="prev", perhaps slowly, again and again, up to one round to the newest message that began when everything was settled. */
export const poll = async (scene: Scene) => {
  const { time, dice } = scene.setting
  const pair = dice.pick(PAIRS)
  const dataCentre = someInstance(scene)?.dataCentre ?? 0
  const limit = dice.pick([5, 20])
  const pauseMs = dice.pick([0, 0, 15_000])
  const known = new Map<MessageId, Listed>()
  let startMs: number | undefined
  let roundMs = time.now()
  for (let cursor: Cursor = {}; ; ) {
    const page = await pageOf(scene, pair, dataCentre, { ...cursor, limit })
    if (!page) return
    startMs ??= page.askedMs
    for (const message of page.messages) known.set(message.id, message)
    cursor = page.newer
    if (page.messages.length === limit) {
      await time.sleep(dice.between(0, pauseMs))
      continue
    }
    if (roundMs > scene.endMs + SETTLED_MS) break
    await time.sleep(dice.between(200, 2_500))
    roundMs = time.now()
  }
  const messages = [...known.values()]
  scene.seen.push({ kind: 'poll', pair, dataCentre, startMs: startMs ?? roundMs, untilMs: roundMs, messages })
}
