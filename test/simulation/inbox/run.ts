/** One run: a person with many dialogs, who is written to and writes, and who walks through the inbox meanwhile. */
import { inboxIdOf, type UserId } from '../../../lib/model/ids.ts'
import { type Bucket, openingOf } from '../../../lib/timeline/bucket.ts'
import { beginRun, type Surroundings } from '../begin.ts'
import { drawFaults, type Faults, NO_FAULTS } from '../faults.ts'
import { injectFaults } from '../inject-faults.ts'
import { startInstance } from '../instance.ts'
import { openedIn } from '../openings.ts'
import type { Scene } from '../people.ts'
import type { Product } from '../product.ts'
import type { Random } from '../random.ts'
import type { Result } from '../run.ts'
import { check, quietIn, type Story } from './check.ts'
import { STAR, walk, walkOften, writeOften } from './people.ts'

/** Longer than a time bucket stays in the index that every dialog has left. */
const HOUR_MS = 3_700_000

export const runInbox = async (
  seed: number,
  product: Product,
  surroundings?: Surroundings,
): Promise<Result> => {
  const { setting, instances, dataCentres, trace } = beginRun(
    seed,
    product,
    {
      faults: drawInboxFaults,
      rules: ({ pick }) => ({
        bucketRows: pick([4, 1_000]),
        bucketBytes: 2 ** 20,
        fillSeconds: pick([1, 3, 10, 60]),
        inboxRows: pick([2, 3, 6]),
      }),
    },
    surroundings,
  )
  const { time, random } = setting
  const peers = Array.from({ length: random.between(4, 24) }, (_, index) => `p${index}` as UserId)
  const calmMs = random.pick([0, 0, 10_000, 10_000, HOUR_MS])
  const endMs = time.now() + random.pick([20_000, 60_000, 120_000]) + 2 * calmMs
  const scene: Scene = { setting, instances, sent: [], seen: [], attempts: [], complaints: [], endMs }
  const story: Story = {
    attempts: [],
    acknowledged: [],
    walks: [],
    unsettled: setting.cluster.unsettled,
    isOrdered: (caller) =>
      setting.opened
        .filter(({ owner }) => owner === inboxIdOf(caller).toString('hex'))
        .every(({ bucket }) => openingOf(bucket as Bucket).lanes === 1),
  }
  const live = async () => {
    // A walk mends what it meets: what a later one would have met, and is held to, is seen only if few walk.
    const pace = {
      writeMs: random.pick(calmMs === HOUR_MS ? [300] : [300, 2_000, 8_000]),
      walkMs: random.pick([4_000, 30_000]) + calmMs / 10,
      busyMs: calmMs === HOUR_MS ? 60_000 : 10_000,
      calmMs,
    }
    await Promise.all([
      ...Array.from({ length: 3 }, () => writeOften(scene, story, peers, pace)),
      ...Array.from({ length: 2 }, () => walkOften(scene, story, STAR, pace)),
      injectFaults(scene),
    ])
  }
  const last = live().then(() => readBack(scene, story, dataCentres))
  await time.run()
  await last
  const violations = [...scene.complaints, ...check(story)]
  return {
    violations,
    acknowledged: story.acknowledged.length,
    openings: openedIn(setting.opened),
    trace,
    listed: quietIn(story),
  }
}

/** Moves are rare, and so is what interrupts them: instances die and freeze more often than in runs of dialogs. */
const drawInboxFaults = (random: Random, keyRandom: Random): Faults => ({
  ...drawFaults(random, keyRandom),
  cut: random.pick([0, 0.3, 0.9]),
  dead: random.pick([0, 0.002, 0.02]),
  frozen: random.pick([0, 0.005, 0.02]),
  abandoned: random.pick([0, 0.1, 0.4]),
})

/** After everything is repaired. Twice: the first walk may complete moves. */
const readBack = async (scene: Scene, story: Story, dataCentres: number) => {
  const { setting } = scene
  setting.faults = NO_FAULTS
  await setting.time.sleep(60_000)
  setting.cluster.repair()
  for (let dataCentre = 0; dataCentre < dataCentres; dataCentre += 1) {
    const instances = [startInstance(setting, { name: `last${dataCentre}`, dataCentre, offsetMs: 0 })]
    const calm = { ...scene, instances }
    for (let time = 0; time < 2; time += 1) {
      if (!(await walk(calm, story, STAR, dataCentre, 'end')))
        scene.complaints.push('the inbox cannot be read any more')
      // What the walk has mended is still on its way to the other data centre.
      setting.cluster.repair()
    }
  }
}
