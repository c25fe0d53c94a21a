/** The requests of one client, through any instance that answers. */
import type { Context } from '../../../lib/context.ts'
import type { MessageId, UserId } from '../../../lib/model/ids.ts'
import type { Message } from '../../../lib/model/message.ts'
import type { ChangedCursor, Newer } from '../../../lib/model/operations.ts'
import type { Requests } from '../../../lib/push/client-rules.ts'
import type { Store } from '../../../lib/store/store.ts'
import type { Instance, Reply } from '../instance.ts'
import { isRefusal, someInstance } from '../people.ts'
import type { PushWorld } from './world.ts'

const TRIES = 4
const LOWEST = '00000000-0000-7000-8000-000000000000' as MessageId

/** The result of the first try that has one. @throws Error after the last try */
const tried = async <T>(
  { scene }: PushWorld,
  dataCentre: number,
  serve: (instance: Instance) => Promise<Reply<T> | undefined>,
): Promise<T> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const instance = someInstance(scene, dataCentre)
    const reply = instance && (await serve(instance))
    if (reply && 'result' in reply) return reply.result
    if (reply) isRefusal(scene, reply.error)
    await scene.setting.time.sleep(100)
  }
  throw new Error('no instance has answered')
}

/** Dialogs move on between two reads of a catch-up. */
const slowed = ({ scene, net }: PushWorld, ctx: Context): Context => {
  const { random, time } = scene.setting
  const listingsAfter: Store['listingsAfter'] = async (...partition) => {
    if (random.chance(net.slowWalk)) await time.sleep(random.between(100, 2_000))
    return ctx.store.listingsAfter(...partition)
  }
  return { ...ctx, store: { ...ctx.store, listingsAfter } }
}

export const requestsOf = (
  world: PushWorld,
  caller: UserId,
  dataCentre: number,
): Requests<Message, Newer, ChangedCursor> => {
  const { random, product } = world.scene.setting
  return {
    changed: async (sinceMs, cursor) => {
      const command = { caller, limit: random.pick([1, 1, 3, 20]), sinceMs, cursor }
      const { people, next } = await tried(world, dataCentre, (instance) =>
        instance.serve((ctx) => product.listChanged(command, slowed(world, ctx))),
      )
      return { people, next }
    },
    messages: async (person, link) => {
      const limit = random.pick([2, 10, 100])
      const command = { caller, other: person as UserId, limit, offset: 0, ...(link ?? { after: LOWEST }) }
      const page = await tried(world, dataCentre, (instance) =>
        instance.serve((ctx) => product.listMessages(command, ctx)),
      )
      return { messages: page.messages, prev: page.newer, isLast: page.messages.length < limit }
    },
  }
}
