/** What befalls instances: they are replaced once dead; clocks are wrong, step, and are set right. */
import { MAX_CLOCK_SKEW_MS } from './check.ts'
import type { Dice } from './dice.ts'
import { type Instance, startInstance } from './instance.ts'
import type { Scene } from './people.ts'
import type { Setting } from './setting.ts'

export const misfortune = async ({ setting, instances, endMs }: Scene) => {
  const { time, dice, faults } = setting
  while (time.now() < endMs + 20_000) {
    await time.sleep(dice.between(500, 4_000))
    for (const [index, instance] of instances.entries()) instances[index] = mended(instance, setting)
    if (dice.chance(faults.stepped)) dice.pick(instances).setClock(withinBounds(dice))
    if (dice.chance(faults.outOfBounds)) dice.pick(instances).setClock(farOff(dice))
  }
}

const mended = (instance: Instance, setting: Setting): Instance => {
  const { dice } = setting
  const { state, name, dataCentre } = instance
  if (state.isDead)
    return startInstance(setting, { name: `${name}'`, dataCentre, offsetMs: offsetAtStart(setting) })
  if (Math.abs(state.offsetMs) > WITHIN_MS && dice.chance(0.5)) instance.setClock(withinBounds(dice))
  return instance
}

/** Clocks are this close to true time, so twice that close to each other. */
const WITHIN_MS = MAX_CLOCK_SKEW_MS / 2
const withinBounds = ({ between }: Dice) => between(-WITHIN_MS, WITHIN_MS)

/** A clock that is wrong from the start is found out, whatever it says: it has never been compared. */
export const offsetAtStart = ({ dice, faults }: Setting): number =>
  dice.chance(faults.outOfBounds * 2)
    ? dice.pick([1, -1]) * dice.between(WITHIN_MS * 4, dice.pick([2_000, 60_000, 86_400_000]))
    : withinBounds(dice)

/**
 * A step of over five minutes, as long as a verdict stands, is found out before the next stamp. A smaller one is found
 * out within 30 seconds of use, which is detection and not prevention: docs/adaptive-buckets.md says so.
 */
const farOff = ({ pick, between }: Dice) => pick([1, -1]) * between(600_000, pick([3_600_000, 86_400_000]))
