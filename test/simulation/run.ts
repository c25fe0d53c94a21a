/** One run: people send, list and poll through instances that fail, and what they saw is checked against the promises. */
import { check, type Seen, type Sent } from './check.ts'
import { rollDice } from './dice.ts'
import { type Instance, startInstance } from './instance.ts'
import { listOften, PAIRS, poll, sendALot, walk } from './people.ts'
import type { Product } from './product.ts'
import { openCluster } from './replicas.ts'
import type { Setting } from './setting.ts'
import { startTime } from './time.ts'

export type Result = { violations: string[]; acknowledged: number; trace: string[]; buckets: number }
/** What of the surroundings, rather than of the code, a mutant changes. */
export type Surroundings = { everyDataCentre: boolean }

const BEGIN_MS = 1_800_000_000_000
/** Clocks are within S / 2 of true time, so within S of each other. */
const MAX_OFFSET_MS = 250
export const runOnce = async (
  seed: number,
  product: Product,
  surroundings: Surroundings = { everyDataCentre: true },
): Promise<Result> => {
  const dice = rollDice(seed)
  const time = startTime(BEGIN_MS + dice.between(0, 999))
  const trouble = dice.pick([0, 0.3, 1, 1, 2])
  const dataCentres = dice.chance(0.4) ? 2 : 1
  const trace: string[] = []
  const setting: Setting = {
    time,
    dice,
    product,
    trouble,
    cluster: openCluster(time, dice, dataCentres, trouble),
    rules: { bucketRows: dice.pick([2, 5, 20]), bucketBytes: 2 ** 20, fillSeconds: 20 },
    everyDataCentre: surroundings.everyDataCentre,
    trace: (line) => void trace.push(`${time.now() - BEGIN_MS} ${line}`),
  }
  const instances = Array.from({ length: dice.between(2, 4) }, (_, index) =>
    an_instance(setting, index, dataCentres),
  )
  const sent: Sent[] = []
  const seen: Seen[] = []
  const endMs = time.now() + dice.between(4_000, 12_000)
  const work = [
    ...Array.from({ length: dice.between(2, 5) }, () => sendALot(setting, instances, sent, endMs)),
    ...Array.from({ length: 2 }, () => listOften(setting, instances, seen, endMs)),
    poll(setting, instances, seen, endMs),
    misfortune(setting, instances, endMs),
  ]
  const last = Promise.all(work).then(async () => {
    setting.trouble = 0
    setting.cluster.repair()
    for (const dataCentre of Array.from({ length: dataCentres }, (_, index) => index)) {
      const fresh = startInstance(setting, { name: `last${dataCentre}`, dataCentre, offsetMs: 0 })
      for (const pair of PAIRS) {
        await walk(setting, [fresh], pair, dataCentre, seen, dice.chance(0.5), 'end')
      }
    }
  })
  await time.run()
  await last
  const violations = check(sent, seen)
  for (const { name, state } of instances) if (state.dropped > 0) violations.push(`${name} left messages out`)
  return {
    violations,
    acknowledged: sent.length,
    trace,
    buckets: trace.filter((line) => / opens /.test(line)).length,
  }
}

const an_instance = (setting: Setting, index: number, dataCentres: number): Instance =>
  startInstance(setting, {
    name: `i${index}`,
    dataCentre: index % dataCentres,
    offsetMs: setting.dice.between(-MAX_OFFSET_MS, MAX_OFFSET_MS),
  })

/** Instances die and are replaced; clocks step, within bounds. */
const misfortune = async (setting: Setting, instances: Instance[], endMs: number) => {
  const { time, dice } = setting
  while (time.now() < endMs + 20_000) {
    await time.sleep(dice.between(500, 4_000))
    for (const [index, { state, dataCentre, name }] of instances.entries()) {
      const offsetMs = dice.between(-MAX_OFFSET_MS, MAX_OFFSET_MS)
      if (state.isDead) instances[index] = startInstance(setting, { name: `${name}'`, dataCentre, offsetMs })
    }
    if (dice.chance(0.05 * setting.trouble))
      dice.pick(instances).step(dice.between(-MAX_OFFSET_MS, MAX_OFFSET_MS))
  }
}
