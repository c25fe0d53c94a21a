/** One run: people send, list and poll through instances that fail; what they saw is checked against the guarantees. */
import { beginRun, type Surroundings } from './begin.ts'
import { check, type Seen, type Sent } from './check.ts'
import { drawFaults, NO_FAULTS } from './faults.ts'
import { injectFaults } from './inject-faults.ts'
import { startInstance } from './instance.ts'
import { type Openings, openedIn } from './openings.ts'
import { createPast } from './past.ts'
import { listOften, PAIRS, poll, type Scene, send, sendContinuously, walk } from './people.ts'
import type { Product } from './product.ts'
import { sendWithRetries } from './retry.ts'

/** `openings` are counted by whether lanes became more or fewer. */
export type Result = {
  violations: string[]
  acknowledged: number
  /** Of dialogs that nothing happens to meanwhile, in walks of an inbox. */
  listed?: number
  openings: Openings
  trace: string[]
}

export const runOnce = async (
  seed: number,
  product: Product,
  surroundings?: Surroundings,
): Promise<Result> => {
  const { setting, instances, dataCentres, trace } = beginRun(
    seed,
    product,
    {
      faults: drawFaults,
      // Shorter fill times than the service allows: otherwise lanes would neither stay as many nor become fewer.
      rules: ({ pick }) => ({
        bucketRows: pick([2, 4, 10]),
        bucketBytes: 2 ** 20,
        fillSeconds: pick([1, 3, 10]),
        inboxRows: 256,
      }),
    },
    surroundings,
  )
  const { time, random } = setting
  const sent: Sent[] = []
  const seen: Seen[] = []
  const attempts: Scene['attempts'] = []
  const complaints: string[] = []
  const endMs = time.now() + random.between(6_000, 12_000)
  const scene = { setting, instances, sent, seen, attempts, complaints, endMs }
  createPast(scene)
  const last = playScene(scene).then(() => readBack(scene, dataCentres))
  await time.run()
  await last
  const violations = [...complaints, ...check(sent, seen, attempts, setting.claims.expired)]
  for (const { name, state } of instances) if (state.dropped > 0) violations.push(`${name} left messages out`)
  return { violations, acknowledged: sent.length, openings: openedIn(setting.opened), trace }
}

const playScene = async (scene: Scene) => {
  const { random, keyRandom } = scene.setting
  const times = (count: number, act: (scene: Scene, who: number) => Promise<void>) =>
    Array.from({ length: count }, (_, who) => act(scene, who))
  const senders = random.between(3, 6)
  const withKeys = keyRandom.chance(0.4) ? keyRandom.between(1, senders) : 0
  await Promise.all([
    ...times(withKeys, sendWithRetries),
    ...times(senders - withKeys, sendContinuously),
    ...times(2, listOften),
    poll(scene),
    injectFaults(scene),
  ])
}

/** Lists what is in the database at the end, after everything is repaired. */
const readBack = async ({ setting, ...scene }: Scene, dataCentres: number) => {
  setting.faults = NO_FAULTS
  setting.cluster.repair()
  for (let dataCentre = 0; dataCentre < dataCentres; dataCentre += 1) {
    const instances = [startInstance(setting, { name: `last${dataCentre}`, dataCentre, offsetMs: 0 })]
    const calm = { ...scene, setting, instances }
    for (const pair of PAIRS) {
      if (!(await send(calm, pair))) scene.complaints.push('no message can be sent any more')
      // The message that was just sent is still on its way to the other data centre.
      setting.cluster.repair()
      if (!(await walk(calm, pair, dataCentre, 'end')))
        scene.complaints.push('the dialog cannot be read any more')
    }
  }
}
