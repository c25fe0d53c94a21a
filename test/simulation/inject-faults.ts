/** Injects faults into instances, and repairs them: the dead are replaced; clocks are wrong, step, and are corrected. */
import { MAX_CLOCK_SKEW_MS } from './check.ts'
import { type Instance, startInstance } from './instance.ts'
import type { Scene } from './people.ts'
import type { Random } from './random.ts'
import type { Setting } from './setting.ts'

export const injectFaults = async ({ setting, instances, endMs }: Scene) => {
  const { time, random, faults } = setting
  while (time.now() < endMs + 20_000) {
    await time.sleep(random.between(500, 4_000))
    for (const [index, instance] of instances.entries()) instances[index] = recovered(instance, setting)
    if (random.chance(faults.stepped)) random.pick(instances).setClock(withinBounds(random))
    if (random.chance(faults.outOfBounds)) random.pick(instances).setClock(farOff(random))
  }
}

const recovered = (instance: Instance, setting: Setting): Instance => {
  const { random } = setting
  const { state, name, dataCentre } = instance
  if (state.isDead)
    return startInstance(setting, { name: `${name}'`, dataCentre, offsetMs: offsetAtStart(setting) })
  if (Math.abs(state.offsetMs) > WITHIN_MS && random.chance(0.5)) instance.setClock(withinBounds(random))
  return instance
}

/** Clocks are this close to true time, and therefore twice that close to each other. */
const WITHIN_MS = MAX_CLOCK_SKEW_MS / 2
const withinBounds = ({ between }: Random) => between(-WITHIN_MS, WITHIN_MS)

/** A clock that is wrong from the start is always detected: it has never been compared. */
export const offsetAtStart = ({ random, faults }: Setting): number =>
  random.chance(faults.outOfBounds * 2)
    ? random.pick([1, -1]) * random.between(WITHIN_MS * 4, random.pick([2_000, 60_000, 86_400_000]))
    : withinBounds(random)

/**
 * A step of more than five minutes, for which a comparison is valid, is detected before the next stamp. A smaller one is
 * detected within 30 seconds of use, which is detection and not prevention: see docs/adaptive-buckets.md.
 */
const farOff = ({ pick, between }: Random) => pick([1, -1]) * between(600_000, pick([3_600_000, 86_400_000]))
