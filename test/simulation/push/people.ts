/** People who write, and who withdraw tokens. */
import type { Context } from '../../../lib/context.ts'
import { LISTED_AGAIN_MS } from '../../../lib/inbox/announce.ts'
import { type IdempotencyKey, stampOf, type UserId } from '../../../lib/model/ids.ts'
import { Decided, type Revoke } from '../../../lib/model/operations.ts'
import type { TokenIdentity } from '../../../lib/model/token.ts'
import type { DevicesOf } from '../../../lib/push/devices.ts'
import { STAR } from '../inbox/people.ts'
import type { Instance } from '../instance.ts'
import { isRefusal, someInstance } from '../people.ts'
import type { Setting } from '../setting.ts'
import { finderOf } from './finder.ts'
import { type Pushed, type PushWorld, type Withdrawn, wireOf } from './world.ts'

/** A function waits for its pushes this long. */
const PUSHED_MS = 250
const STALLED_MS = 4_000

type Command = { from: UserId; to: UserId; text: string; key?: IdempotencyKey }

/** @param through as if over an HTTP connection to that instance, until it is dead */
const send = async (world: PushWorld, command: Command, through?: Instance) => {
  const { scene } = world
  const { time, trace } = scene.setting
  const instance = through?.state.isDead === false ? through : someInstance(scene)
  if (!instance) return
  const reply = await instance.serve((ctx) => sendAndPush(world, instance, command, ctx))
  if (reply && 'error' in reply) isRefusal(scene, reply.error)
  if (!reply || !('result' in reply)) return
  const message = reply.result
  const { dataCentre } = instance
  world.acknowledged.push({ message, stampMs: stampOf(message.id), ackMs: time.now(), dataCentre })
  trace(`${instance.name} acknowledges ${message.id} from ${message.from} to ${message.to}`)
}

const sendAndPush = async (world: PushWorld, instance: Instance, command: Command, ctx: Context) => {
  const { time, random, product, trace } = world.scene.setting
  const posted = new Set<string>()
  let readMs = Number.POSITIVE_INFINITY
  let isWhole = true
  const devicesOf: DevicesOf = (people, store) => {
    const reading = finderOf(world, instance)(people, store)
    reading.catch(() => {
      isWhole = false
    })
    return reading
  }
  const { steps } = instance.state
  const store: Context['store'] = {
    ...ctx.store,
    insertMessage: async (...row) => {
      if (random.chance(world.net.stalled)) await time.sleep(random.between(1_000, STALLED_MS))
      await ctx.store.insertMessage(...row)
    },
  }
  const watched = { ...ctx, store }
  const wire = wireOf(world, (id) => posted.add(id))
  const { decided, pushed } = await product.sendAndPush(
    command,
    async () => {
      const decided = await product.sendMessage(command, watched, product.announce)
      // What is stored is followed by the read of connections: a mutant that reads before has read too early.
      readMs = time.now()
      return decided
    },
    { wire, devicesOf },
    watched,
  )
  const { dataCentre } = instance
  const { result: message, followUp } = decided
  const done = pushed.then(() => {
    const one: Pushed = { message, dataCentre, readMs, doneMs: time.now(), posted }
    // A clock that has stepped makes any frame seem too old.
    if (isWhole && steps === instance.state.steps) world.pushes.push(one)
    trace(`${instance.name} has pushed ${message.id} to ${[...posted].join(' ') || 'nobody'}`)
  })
  if (world.hasGateway) await Promise.race([done, time.sleep(PUSHED_MS)])
  return new Decided(message, followUp)
}

export const writeOften = async (world: PushWorld, peers: UserId[], writeMs: number) => {
  const { scene } = world
  const { time, random } = scene.setting
  while (time.now() < scene.endMs) {
    await time.sleep(random.between(1, 2 * writeMs))
    const peer = random.chance(0.05) ? STAR : random.pick(peers)
    const [from, to] = random.chance(0.5) ? [STAR, peer] : [peer, STAR]
    await say(world, [from, to])
    // Soon after, such that the dialog may not be listed again.
    if (random.chance(0.4)) {
      await time.sleep(random.between(3_000, LISTED_AGAIN_MS))
      await say(world, [from, to])
    }
  }
}

/**
 * Two messages, and never another one: the second, through the same instance, when that is about to list the dialog again.
 * Whoever misses it is not told of it by anything that follows.
 */
export const writeTwice = async (world: PushWorld, peer: UserId) => {
  const { scene } = world
  const { time, random } = scene.setting
  await time.sleep(random.between(1, scene.endMs - time.now()))
  const instance = someInstance(scene)
  const stampedMs = time.now()
  await say(world, [STAR, peer], instance)
  await time.sleep(stampedMs + LISTED_AGAIN_MS - random.between(1, 1_000) - time.now())
  await say(world, [peer, STAR], instance)
}

const say = async (world: PushWorld, [from, to]: [UserId, UserId], through?: Instance) => {
  const { time, random } = world.scene.setting
  const text = `text-${world.attempted.size}`
  world.attempted.set(text, [from, to])
  if (!random.chance(0.2)) return send(world, { from, to, text }, through)
  for (let count = random.between(1, 3); count > 0; count -= 1) {
    await send(world, { from, to, text, key: text as IdempotencyKey }, through)
    await time.sleep(random.pick([1, 1_000, 15_000]))
  }
}

/** Until it is done, as a client would. */
export const withdraw = async (world: PushWorld, command: Revoke & { token: TokenIdentity }) => {
  const { time, product, trace } = world.scene.setting
  const path = product.pathOfWithdrawn(command)
  const { user } = command.token
  const beganMs = time.now()
  const one = { user, path, beganMs, triedMs: beganMs, removedMs: beganMs, doneMs: Number.POSITIVE_INFINITY }
  world.withdrawals.push(one)
  while (time.now() < world.scene.endMs + 10_000) {
    const instance = someInstance(world.scene)
    one.triedMs = time.now()
    const reply = await instance?.serve(async (ctx) => {
      await product.revoke(command, ctx)
      const wire = wireOf(world, () => undefined)
      await product.disconnectWithdrawn(user, path, wire, {
        ...ctx,
        store: watched(ctx.store, one, world.scene.setting),
      })
    })
    if (reply && 'result' in reply) {
      one.doneMs = time.now()
      break
    }
    await time.sleep(500)
  }
  trace(`withdrawn: ${user} ${JSON.stringify(path)}`)
}

/** An attempt that its client has given up may still remove rows. */
const watched = (store: Context['store'], one: Withdrawn, { time }: Setting): Context['store'] => ({
  ...store,
  removeConnections: (...removal) => {
    one.removedMs = time.now()
    return store.removeConnections(...removal)
  },
})

/** Everything of the star's, now and then. */
export const withdrawAll = async (world: PushWorld) => {
  const { time, random } = world.scene.setting
  if (random.chance(0.6)) return
  await time.sleep(random.between(0, world.scene.endMs - time.now()))
  const token = { user: STAR, issuedMs: time.now(), names: [], maxAgeSeconds: 86_400, isOwn: true }
  await withdraw(world, { token, isAll: true })
}
