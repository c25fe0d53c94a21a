/** One run: people send, list and poll through instances that fail, and what they saw is checked against the promises. */
import { check, type Seen, type Sent } from './check.ts'
import { openClaims } from './claims.ts'
import { rollDice } from './dice.ts'
import { drawFaults, NO_FAULTS } from './faults.ts'
import { startInstance } from './instance.ts'
import { misfortune, offsetAtStart } from './misfortune.ts'
import { type Openings, openedIn } from './openings.ts'
import { livePast } from './past.ts'
import { listOften, PAIRS, poll, type Scene, send, sendALot, walk } from './people.ts'
import type { Product } from './product.ts'
import { openCluster } from './replicas.ts'
import { sendAndRepeat } from './retry.ts'
import type { Setting } from './setting.ts'
import { startTime } from './time.ts'

/** `openings` by what they did to the lanes. */
export type Result = {
  violations: string[]
  acknowledged: number
  openings: Openings
  trace: string[]
}
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
    opened: [],
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
  const attempts: Scene['attempts'] = []
  const complaints: string[] = []
  const endMs = time.now() + dice.between(6_000, 12_000)
  const scene = { setting, instances, sent, seen, attempts, complaints, endMs }
  livePast(scene)
  const last = letThemBe(scene).then(() => readBack(scene, dataCentres))
  await time.run()
  await last
  const violations = [...complaints, ...check(sent, seen, attempts, setting.claims.expired)]
  for (const { name, state } of instances) if (state.dropped > 0) violations.push(`${name} left messages out`)
  return { violations, acknowledged: sent.length, openings: openedIn(setting.opened), trace }
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
    const calm = { ...scene, setting, instances }
    for (const pair of PAIRS) {
      if (!(await send(calm, pair))) scene.complaints.push('no message can be sent any more')
      // What was sent just now is on its way to the other data centre.
      setting.cluster.repair()
      if (!(await walk(calm, pair, dataCentre, 'end')))
        scene.complaints.push('the dialog cannot be read any more')
    }
  }
}
