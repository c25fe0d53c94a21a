/** One run: people send, list and poll through instances that fail, and what they saw is checked against the promises. */
import { check, type Seen, type Sent } from './check.ts'
import { openClaims } from './claims.ts'
import { rollDice } from './dice.ts'
import { drawFaults, NO_FAULTS } from './faults.ts'
import { startInstance } from './instance.ts'
import { misfortune, offsetAtStart } from './misfortune.ts'
import { listOften, PAIRS, poll, type Scene, sendALot, walk } from './people.ts'
import type { Product } from './product.ts'
import { openCluster } from './replicas.ts'
import { sendAndRepeat } from './retry.ts'
import type { Setting } from './setting.ts'
import { startTime } from './time.ts'

export type Result = { violations: string[]; acknowledged: number; trace: string[] }
/** What of the surroundings, rather than of the code, a mutant changes. */
export type Surroundings = { everyDataCentre: boolean }

const BEGIN_MS = 1_800_000_000_000

export const runOnce = async (
  seed: number,
  product: Product,
  { everyDataCentre }: Surroundings = { everyDataCentre: true },
): Promise<Result> => {
  const dice = rollDice(seed)
  const keyDice = rollDice(~seed)
  const time = startTime(BEGIN_MS + dice.between(0, 999))
  const dataCentres = dice.chance(0.4) ? 2 : 1
  const trace: string[] = []
  const setting: Setting = {
    time,
    dice,
    keyDice,
    product,
    faults: drawFaults(dice, keyDice),
    cluster: openCluster(time, dice, dataCentres, () => setting.faults),
    claims: openClaims(time, keyDice, () => setting.faults),
    // Shorter fill times than the service allows, so that lanes also keep their number, and cool.
    rules: { bucketRows: dice.pick([2, 4, 10]), bucketBytes: 2 ** 20, fillSeconds: dice.pick([1, 3, 10]) },
    everyDataCentre,
    trace: (line) => void trace.push(`${time.now() - BEGIN_MS} ${line}`),
  }
  const instances = Array.from({ length: dice.between(2, 4) }, (_, index) =>
    startInstance(setting, {
      name: `i${index}`,
      dataCentre: index % dataCentres,
      offsetMs: offsetAtStart(setting),
    }),
  )
  const sent: Sent[] = []
  const seen: Seen[] = []
  const complaints: string[] = []
  const endMs = time.now() + dice.between(6_000, 12_000)
  const scene = { setting, instances, sent, seen, complaints, endMs }
  const last = letThemBe(scene).then(() => readBack(scene, dataCentres))
  await time.run()
  await last
  const violations = [...complaints, ...check(sent, seen, setting.claims.expired)]
  for (const { name, state } of instances) if (state.dropped > 0) violations.push(`${name} left messages out`)
  return { violations, acknowledged: sent.length, trace }
}

const letThemBe = async (scene: Scene) => {
  const { dice, keyDice } = scene.setting
  const times = (count: number, act: (scene: Scene, who: number) => Promise<void>) =>
    Array.from({ length: count }, (_, who) => act(scene, who))
  const senders = dice.between(3, 6)
  const withKeys = keyDice.chance(0.4) ? keyDice.between(1, senders) : 0
  await Promise.all([
    ...times(withKeys, sendAndRepeat),
    ...times(senders - withKeys, sendALot),
    ...times(2, listOften),
    poll(scene),
    misfortune(scene),
  ])
}

/** After everything is repaired: what is in the database in the end. */
const readBack = async ({ setting, ...scene }: Scene, dataCentres: number) => {
  setting.faults = NO_FAULTS
  setting.cluster.repair()
  for (let dataCentre = 0; dataCentre < dataCentres; dataCentre += 1) {
    const instances = [startInstance(setting, { name: `last${dataCentre}`, dataCentre, offsetMs: 0 })]
    for (const pair of PAIRS) await walk({ ...scene, setting, instances }, pair, dataCentre, 'end')
  }
}
