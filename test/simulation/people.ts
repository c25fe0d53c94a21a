/** What people do in a run: send, list everything page by page, and poll, through any instance that answers. */
import { type MessageId, stampOf, type UserId } from '../../lib/model/ids.ts'
import type { HistoryPage } from '../../lib/model/operations.ts'
import type { Attempt, Listed, Pair, Seen, Sent } from './check.ts'
import { DEADLINE_PASSED, type Instance } from './instance.ts'
import type { Setting } from './setting.ts'

export const PEOPLE = ['alice', 'bob', 'carol'] as UserId[]
/** Two dialogs: an instance must neither mix them up nor advance the stamps of one because of the other. */
export const PAIRS: Pair[] = [
  [0, 1],
  [1, 2],
]

/** The people's surroundings, and their reports. */
export type Scene = {
  setting: Setting
  instances: Instance[]
  sent: Sent[]
  seen: Seen[]
  attempts: Attempt[]
  complaints: string[]
  endMs: number
}

/** A living instance, in the given data centre if there is one. */
export const someInstance = ({ setting, instances }: Scene, dataCentre?: number): Instance | undefined => {
  const alive = instances.filter(
    (instance) => !instance.state.isDead && (dataCentre ?? instance.dataCentre) === instance.dataCentre,
  )
  return alive.length > 0 ? setting.random.pick(alive) : undefined
}

export const sendContinuously = async (scene: Scene) => {
  const { time, random } = scene.setting
  const pair = random.pick(PAIRS)
  const paceMs = random.pick([50, 150, 400])
  const atOnce = random.pick([1, 1, 4])
  while (time.now() < scene.endMs) {
    await time.sleep(random.between(1, paceMs * 2 * atOnce))
    await Promise.all(Array.from({ length: atOnce }, () => send(scene, pair)))
  }
}

/** Resolves to whether the message was acknowledged. */
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

/** Whether nothing is stored. An error that is none of the faults that clients know is a bug of the service. */
export const isRefusal = ({ setting, complaints }: Scene, error: unknown): boolean => {
  if (error instanceof setting.product.Fault) return error.kind !== 'write_in_doubt'
  if (!(error instanceof Error && error.message === DEADLINE_PASSED)) complaints.push(`failed with ${error}`)
  return false
}

export const listOften = async (scene: Scene) => {
  const { time, random } = scene.setting
  while (time.now() < scene.endMs) {
    await time.sleep(random.between(200, 4_000))
    const dataCentre = someInstance(scene)?.dataCentre
    if (dataCentre !== undefined) await walk(scene, random.pick(PAIRS), dataCentre, 'walk')
  }
}

type Cursor = { before?: MessageId; after?: MessageId; settled?: MessageId }
const TRIES = 5

/** A page, and when it was requested. */
type Answered = HistoryPage & { askedMs: number }

/** A page from any instance that answers. */
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

/** Lists the whole dialog, page by page, downwards or upwards, in one data centre; resolves to false if a page failed. */
export const walk = async (
  scene: Scene,
  pair: Pair,
  dataCentre: number,
  kind: Seen['kind'],
): Promise<boolean> => {
  const { time, random } = scene.setting
  const isUpwards = random.chance(0.5)
  const startMs = time.now()
  const messages: Listed[] = []
  const limit = random.pick([5, 20, 100])
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

/** After this time, everything that was acknowledged before is settled. */
const SETTLED_MS = 15_000

/** Follows rel="prev", perhaps slowly, until a round that began after everything was settled has reached the newest message. */
export const poll = async (scene: Scene) => {
  const { time, random } = scene.setting
  const pair = random.pick(PAIRS)
  const dataCentre = someInstance(scene)?.dataCentre ?? 0
  const limit = random.pick([5, 20])
  const pauseMs = random.pick([0, 0, 15_000])
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
      await time.sleep(random.between(0, pauseMs))
      continue
    }
    if (roundMs > scene.endMs + SETTLED_MS) break
    await time.sleep(random.between(200, 2_500))
    roundMs = time.now()
  }
  const messages = [...known.values()]
  scene.seen.push({ kind: 'poll', pair, dataCentre, startMs: startMs ?? roundMs, untilMs: roundMs, messages })
}
