/** An honest client in several tabs, its user who may sign out, and a thief. */
import type { Refreshed } from '../../../lib/accounts/refresh.ts'
import { type Answer, generationIn, type Reply, type Side, type World } from './world.ts'

/** A client gives up after this time, and ignores a later reply. */
const PATIENCE_MS = 10_000
/** A request arrives within this time of the reading of its token, or never. */
const MAX_DELAY_MS = 8_000
/** Reloads of a page that refreshes; about the times at which rules change; as often as access tokens expire. */
const PACES_MS = [
  [500, 15_000],
  [20_000, 75_000],
  [60_000, 120_000],
  [540_000, 600_000],
] as const
const RETRIES_MS = [0, 1_000, 5_000, 20_000, 29_500, 31_000, 58_000, 61_000]

/** The answer of the service to one request, which does not know whose it is. */
const ask = async (world: World, by: Side, text: string, sentMs: number): Promise<Reply<Refreshed>> => {
  const { time, random, product, keys, answers, table, trace } = world
  const instance = random.pick(world.instances)
  const reply = await instance.serve((ctx) => product.refresh(text, { ...ctx, keys }))
  const told = 'result' in reply ? reply.result.refreshToken : undefined
  const outcome = outcomeOf(reply)
  const wasWithdrawn = table.state.withdrawn
  answers.push({ by, sentMs, answeredMs: time.now(), outcome, wasWithdrawn })
  if (told && by === 'honest') world.overheard.push(told)
  trace(`${instance.name} answers the ${by}'s ${generationIn(text)}: ${outcome}`)
  return reply
}

const outcomeOf = (reply: Reply<Refreshed>): Answer['outcome'] => {
  if (!('result' in reply)) return 'refused' in reply ? 'refused' : 'failed'
  const { refreshToken } = reply.result
  return refreshToken ? generationIn(refreshToken) : 'kept'
}

/** Undefined: the client has given up. */
const request = (world: World, text: string, patienceMs: number): Promise<Reply<Refreshed> | undefined> =>
  new Promise((resolve) => {
    const { time, random } = world
    const sentMs = time.now()
    const end = time.once(resolve)
    const transit = (mostMs: number) =>
      random.chance(world.faults.delayed)
        ? random.pick([random.between(50, mostMs), mostMs])
        : random.between(1, 40)
    const deliver = async () => {
      await time.sleep(transit(MAX_DELAY_MS))
      const reply = await ask(world, 'honest', text, sentMs)
      if (!random.chance(world.faults.replyLost)) time.at(time.now() + transit(20_000), end(reply))
    }
    if (!random.chance(world.faults.requestLost)) void deliver()
    if (random.chance(world.faults.repeated)) void deliver()
    time.at(sentMs + patienceMs, end(undefined))
  })

/** One refresh by a tab: true if it got an answer that it can work with. */
export const refreshOnce = async (world: World): Promise<boolean> => {
  const { random, faults } = world
  const patienceMs = random.chance(faults.crashed) ? random.between(0, PATIENCE_MS) : PATIENCE_MS
  const reply = await request(world, world.stored, patienceMs)
  if (!reply || !('result' in reply)) return false
  if (reply.result.refreshToken) world.stored = reply.result.refreshToken
  return true
}

export const useTab = async (world: World) => {
  const { time, random } = world
  const [least, most] = random.pick(PACES_MS)
  while (time.now() < world.endMs) {
    await time.sleep(random.between(least, most))
    while (time.now() < world.endMs && !(await refreshOnce(world))) await time.sleep(random.pick(RETRIES_MS))
  }
}

export const signOut = async (world: World) => {
  const { time, random, product, user, session } = world
  await time.sleep(random.between(0, world.endMs - time.now()))
  for (;;) {
    const reply = await random.pick(world.instances).serve((ctx) => product.endSession(user, session, ctx))
    if ('result' in reply) break
    await time.sleep(1_000)
  }
  world.signedOutMs = time.now()
  world.trace('signed out')
}

/** Has whatever was stored at some moments, and hears some of what is sent; presents any of it at any later moment. */
export const steal = async (world: World, loot: string[]) => {
  const { time, random } = world
  const isListening = random.chance(0.3)
  const [least, most] = random.pick(PACES_MS)
  await time.sleep(random.between(0, world.endMs - time.now()))
  while (time.now() < world.endMs) {
    if (loot.length === 0 || random.chance(0.1)) loot.push(world.stored)
    if (isListening && world.overheard.length > 0) loot.push(random.pick(world.overheard))
    await time.sleep(random.between(least, most))
    await present(world, loot, random.chance(0.7) ? newestOf(loot) : random.pick(loot))
  }
}

export const present = async (world: World, loot: string[], text: string) => {
  const reply = await ask(world, 'thief', text, world.time.now())
  if ('result' in reply && reply.result.refreshToken) loot.push(reply.result.refreshToken)
}

export const newestOf = (loot: string[]): string =>
  loot.reduce((newest, one) => (generationIn(one) > generationIn(newest) ? one : newest))
