/** How an instance finds the devices of people. */
import type { DevicesOf } from '../../../lib/push/devices.ts'
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
