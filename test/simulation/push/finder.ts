/** How an instance pushes: where it finds the devices of people, and how long it takes them to be there. */
import type { Context } from '../../../lib/context.ts'
import type { DevicesOf } from '../../../lib/push/devices.ts'
import type { Push } from '../../../lib/push/wire.ts'
import type { Instance } from '../instance.ts'
import type { PushWorld } from './world.ts'

/** Further apart than those of the product, so that more is shared. */
const PAUSE_MS = 500

/** A function shares no reads. */
export const finderOf = (world: PushWorld, instance: Instance): DevicesOf => {
  const { time, product } = world.scene.setting
  if (world.hasGateway) return product.devicesOf
  const known = world.finders.get(instance) ?? product.sharedReads(time.sleep, PAUSE_MS)
  world.finders.set(instance, known)
  return known
}

/** Some devices ping less often than that, so that rows lapse. */
export const PINGS = { pingSeconds: 3 }

/** Nothing else of it is asked for here. */
export const pinging = (ctx: Context): Context => ({ ...ctx, push: PINGS as Push })
