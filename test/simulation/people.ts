/** What people do in a run: send, list everything page by page, poll; through whichever instance answers. */
import type { HistoryPage } from '../../lib/dialog/history.ts'
import type { MessageId, UserId } from '../../lib/dialog/ids.ts'
import type { Seen, Sent } from './check.ts'
import type { Instance } from './instance.ts'
import type { Setting } from './setting.ts'

const PEOPLE = ['alice', 'bob', 'carol'] as UserId[]
/** Two dialogs: an instance must not mix them up, nor push one's stamps by the other's. */
export const PAIRS = [
  [0, 1],
  [1, 2],
] as const

/** Some instance that lives, in that data centre if one is named. */
const someInstance = (
  { dice }: Setting,
  instances: Instance[],
  dataCentre?: number,
): Instance | undefined => {
  const alive = instances.filter(
    (instance) => !instance.state.isDead && (dataCentre ?? instance.dataCentre) === instance.dataCentre,
  )
  return alive.length > 0 ? dice.pick(alive) : undefined
}

export const sendALot = async (setting: Setting, instances: Instance[], sent: Sent[], endMs: number) => {
  const { time, dice, product } = setting
  const pair = dice.pick(PAIRS)
  const pace = dice.pick([100, 250, 600])
  const [from, to] = pair.map((index) => PEOPLE[index]) as [UserId, UserId]
  while (time.now() < endMs) {
    await time.sleep(dice.between(1, pace * 2))
    const instance = someInstance(setting, instances)
    if (!instance) continue
    const startMs = time.now()
    const work = instance.serve((ctx) => product.sendMessage({ from, to, text: 'x' }, ctx))
    const reply = await Promise.race([work, time.sleep(6_000)])
    if (!reply || !('result' in reply)) continue
    const { state, name, dataCentre } = instance
    const times = { startMs, ackMs: time.now(), hasStepped: state.hasStepped }
    sent.push({ id: reply.result.id, pair, instance: name, dataCentre, ...times })
    setting.trace(`${name} acknowledges ${reply.result.id}`)
  }
}

export const listOften = async (setting: Setting, instances: Instance[], seen: Seen[], endMs: number) => {
  const { time, dice } = setting
  while (time.now() < endMs) {
    await time.sleep(dice.between(200, 4_000))
    const dataCentre = someInstance(setting, instances)?.dataCentre
    if (dataCentre === undefined) continue
    await walk(setting, instances, dice.pick(PAIRS), dataCentre, seen, dice.chance(0.5), 'walk')
  }
}

type Cursor = { before?: MessageId; after?: MessageId; settled?: MessageId }
type Ask = Cursor & { limit: number; offset: number }

/** A page from whichever instance answers. */
const pageOf = async (
  setting: Setting,
  instances: Instance[],
  pair: readonly [number, number],
  dataCentre: number,
  ask: Ask,
): Promise<HistoryPage | undefined> => {
  const [caller, other] = pair.map((index) => PEOPLE[index]) as [UserId, UserId]
  for (let tries = 0; tries < 5; tries += 1) {
    const instance = someInstance(setting, instances, dataCentre)
    if (!instance) return undefined
    const work = instance.serve((ctx) => setting.product.listMessages({ caller, other, ...ask }, ctx))
    const reply = await Promise.race([work, setting.time.sleep(6_000)])
    if (reply && 'result' in reply) return reply.result
    if (reply && !(reply.error instanceof Error && /answer|time|deadline/.test(reply.error.message)))
      throw reply.error
  }
  return undefined
}

/** The whole dialog, page by page, by instances of one data centre. */
export const walk = async (
  setting: Setting,
  instances: Instance[],
  pair: readonly [number, number],
  dataCentre: number,
  seen: Seen[],
  isUpwards: boolean,
  kind: Seen['kind'],
) => {
  const startMs = setting.time.now()
  const ids: MessageId[] = []
  const limit = setting.dice.pick([5, 20, 100])
  const begin: Cursor = isUpwards ? { after: LOWEST } : {}
  for (let cursor: Cursor | undefined = begin; cursor; ) {
    const page: HistoryPage | undefined = await pageOf(setting, instances, pair, dataCentre, {
      ...cursor,
      limit,
      offset: 0,
    })
    if (!page) return
    const found = page.messages.map(({ id }) => id)
    ids.push(...(isUpwards ? found.toReversed() : found))
    cursor = isUpwards ? found[0] && { after: found[0] } : page.older && { before: page.older }
  }
  seen.push({ kind, pair, dataCentre, startMs, ids: isUpwards ? ids.reverse() : ids })
}
const LOWEST = '00000000-0000-7000-8000-000000000000' as MessageId

/** Follows rel="prev" again and again, and drops what it knows. */
export const poll = async (setting: Setting, instances: Instance[], seen: Seen[], endMs: number) => {
  const { time, dice } = setting
  const pair = dice.pick(PAIRS)
  const dataCentre = someInstance(setting, instances)?.dataCentre ?? 0
  const startMs = time.now()
  const known = new Set<string>()
  let cursor: Cursor = {}
  // At last two whole rounds after everything is settled.
  for (let rounds = 0; rounds < 2; ) {
    const page = await pageOf(setting, instances, pair, dataCentre, { ...cursor, limit: 20, offset: 0 })
    if (!page) return
    for (const { id } of page.messages) known.add(id)
    cursor = page.newer
    if (page.messages.length === 20) continue
    if (time.now() > endMs + 15_000) rounds += 1
    await time.sleep(dice.between(200, 2_500))
  }
  seen.push({ kind: 'poll', pair, dataCentre, startMs, ids: [...known] as MessageId[] })
}
