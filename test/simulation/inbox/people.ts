/** People who write to each other, one of whom looks at an inbox with them all. */
import type { IdempotencyKey, UserId } from '../../../lib/model/ids.ts'
import type { InboxCursor, ListDialogs } from '../../../lib/model/operations.ts'
import { type Scene, someInstance } from '../people.ts'
import type { Product } from '../product.ts'
import type { Attempt, Entry, Story } from './check.ts'

/** Whose inbox it is. */
export const STAR = 'star' as UserId

/** On average. With pauses of calm, when nobody writes; and nobody walks while anybody writes. */
export type Pace = { writeMs: number; walkMs: number; busyMs: number; calmMs: number }

/** Work on a request can go on for as long as an instance is frozen, which is not longer than this. */
const WORK_MS = 15_000

const untilBusy = (nowMs: number, { busyMs, calmMs }: Pace) => {
  const cycleMs = busyMs + WORK_MS + calmMs
  const intoMs = nowMs % cycleMs
  return calmMs === 0 || intoMs < busyMs ? 0 : cycleMs - intoMs
}
const untilCalm = (nowMs: number, { busyMs, calmMs }: Pace) =>
  calmMs === 0 ? 0 : Math.max(0, busyMs + WORK_MS - (nowMs % (busyMs + WORK_MS + calmMs)))

export const writeOften = async (scene: Scene, story: Story, peers: UserId[], pace: Pace) => {
  const { time, random } = scene.setting
  while (time.now() < scene.endMs) {
    await time.sleep(random.between(1, 2 * pace.writeMs))
    await time.sleep(untilBusy(time.now(), pace))
    const peer = random.chance(0.1) ? STAR : random.pick(peers)
    const [from, to] = random.chance(0.5) ? [STAR, peer] : [peer, STAR]
    const key = random.chance(0.2) ? (`key-${story.attempts.length}` as IdempotencyKey) : undefined
    await send(scene, story, from, to, key)
    if (key) await repeat(scene, () => send(scene, story, from, to, key))
  }
}

const repeat = async ({ setting: { time, random } }: Scene, again: () => Promise<boolean>) => {
  for (let count = random.between(0, 2); count > 0; count -= 1) {
    await time.sleep(random.pick([1, 1_000, 15_000]))
    await again()
  }
}

const send = async (
  scene: Scene,
  story: Story,
  from: UserId,
  to: UserId,
  key?: IdempotencyKey,
): Promise<boolean> => {
  const { time, product } = scene.setting
  const instance = someInstance(scene)
  if (!instance) return false
  const { dataCentre } = instance
  const attempt: Attempt = {
    pair: [from, to],
    dataCentre,
    startMs: time.now(),
    endMs: time.now() + WORK_MS,
    isAcknowledged: false,
  }
  story.attempts.push(attempt)
  const text = key ?? `text-${story.attempts.length}`
  const command = { from, to, text, ...(key && { key }) }
  const reply = await instance.serve((ctx) => product.sendMessage(command, ctx, product.announce))
  if (!reply || !('result' in reply)) return false
  // A repeat announces its message, however old, under an id of its own.
  attempt.isAcknowledged = key === undefined
  const { id } = reply.result
  story.acknowledged.push({ pair: attempt.pair, id, dataCentre, ackMs: time.now() })
  scene.setting.trace(`${instance.name} acknowledges ${id} from ${from} to ${to}`)
  return true
}

export const walkOften = async (scene: Scene, story: Story, caller: UserId, pace: Pace) => {
  const { time, random } = scene.setting
  while (time.now() < scene.endMs) {
    await time.sleep(random.between(pace.walkMs / 20, 2 * pace.walkMs))
    await time.sleep(untilCalm(time.now(), pace) + random.between(0, 3_000))
    const dataCentre = someInstance(scene)?.dataCentre
    if (dataCentre !== undefined) await walk(scene, story, caller, dataCentre, 'walk')
  }
}

const TRIES = 5
const MOST_PAGES = 1_000

/** False if it was not completed: an instance was not there, or failed too often. */
export const walk = async (
  scene: Scene,
  story: Story,
  caller: UserId,
  dataCentre: number,
  kind: 'walk' | 'end',
): Promise<boolean> => {
  const { time, random, trace } = scene.setting
  const limit = random.pick([1, 3, 20])
  const startMs = time.now()
  const identity = {}
  const entries: Entry[] = []
  let cursor: InboxCursor | undefined
  let pages = 0
  do {
    if (pages > MOST_PAGES) {
      scene.complaints.push(`a walk of ${caller} does not end`)
      return false
    }
    const found = await pageOf(scene, dataCentre, { caller, limit, ...(cursor && { cursor }) }, identity)
    if (!found) return false
    pages += 1
    entries.push(...found.dialogs.map((one) => ({ with: one.with, last: one.last.id })))
    cursor = found.next
  } while (cursor)
  trace(`${kind} of ${caller} from ${startMs}: ${entries.map((one) => one.with).join(' ')}`)
  story.walks.push({ kind, identity, caller, dataCentre, startMs, endMs: time.now(), pages, entries })
  return true
}

const pageOf = async (scene: Scene, dataCentre: number, command: ListDialogs, walk: object) => {
  const { product } = scene.setting
  for (let tries = 0; tries < TRIES; tries += 1) {
    const instance = someInstance(scene, dataCentre)
    if (!instance) return undefined
    const reply = await instance.serve((ctx) => product.listDialogs(command, ctx), walk)
    if (reply && 'result' in reply) return reply.result
    if (reply && isSurprising(reply.error, product))
      scene.complaints.push(`failed with ${stackOf(reply.error)}`)
  }
  return undefined
}

const isSurprising = (error: unknown, { Fault }: Product) =>
  !(error instanceof Fault) && !/deadline/.test(String(error))
const stackOf = (error: unknown) => (error instanceof Error ? error.stack : String(error))
