/** One run: people write, their devices listen, lose their connections and come back, and some tokens are withdrawn. */
import type { UserId } from '../../../lib/model/ids.ts'
import { beginRun, type Surroundings } from '../begin.ts'
import { drawFaults, type Faults, NO_FAULTS } from '../faults.ts'
import { STAR } from '../inbox/people.ts'
import { injectFaults } from '../inject-faults.ts'
import { startInstance } from '../instance.ts'
import { openedIn } from '../openings.ts'
import type { Scene } from '../people.ts'
import type { Product } from '../product.ts'
import type { Random } from '../random.ts'
import type { Result } from '../run.ts'
import { check } from './check.ts'
import { type Device, startDevice } from './device.ts'
import { withdrawAll, writeOften, writeTwice } from './people.ts'
import { steal } from './thief.ts'
import { drawNetFaults, NO_NET_FAULTS, type PushWorld } from './world.ts'

export const runPush = async (
  seed: number,
  product: Product,
  surroundings?: Surroundings,
): Promise<Result & { heard: number }> => {
  const { setting, instances, dataCentres, trace } = beginRun(
    seed,
    product,
    {
      faults: drawPushFaults,
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
  const endMs = time.now() + random.pick([20_000, 60_000, 120_000])
  const scene: Scene = { setting, instances, sent: [], seen: [], attempts: [], complaints: [], endMs }
  const world: PushWorld = {
    ...{
      scene,
      hosts: instances,
      hasGateway: random.chance(0.4),
      net: drawNetFaults(random),
      sockets: new Map(),
      finders: new Map(),
    },
    ...{ acknowledged: [], attempted: new Map(), pushes: [], listening: [], withdrawals: [], heard: [] },
  }
  const peers = Array.from({ length: random.between(2, 12) }, (_, index) => `p${index}` as UserId)
  const owners = [STAR, STAR, ...(random.chance(0.5) ? [STAR] : []), peers[0] as UserId]
  const devices = owners.map((person, index) =>
    startDevice(
      world,
      { name: `d${index}`, person, dataCentre: random.between(0, dataCentres - 1) },
      {
        pingMs: random.pick([1_000, 2_000, 6_000, 15_000]),
        tokenMs: random.pick([10_000, 40_000, 3_600_000]),
        renews: random.chance(0.5),
      },
    ),
  )
  const live = async () => {
    const writeMs = random.pick([300, 2_000, 8_000])
    await Promise.all([
      ...Array.from({ length: 5 }, () => writeOften(world, peers, writeMs)),
      ...Array.from({ length: 10 }, (_, index) => writeTwice(world, `q${index}` as UserId)),
      ...devices.map((device) => device.live()),
      ...[0, 1].map((index) => steal(world, index)),
      withdrawAll(world),
      injectFaults(scene),
    ])
  }
  const last = live().then(() => endCalmly(world, devices, dataCentres))
  await time.run()
  await last
  return {
    violations: [...scene.complaints, ...check(world, devices)],
    acknowledged: world.acknowledged.length,
    heard: world.heard.length,
    openings: openedIn(setting.opened),
    trace,
  }
}

const drawPushFaults = (random: Random, keyRandom: Random): Faults => ({
  ...drawFaults(random, keyRandom),
  dead: random.pick([0, 0.001, 0.01]),
  frozen: random.pick([0, 0.005, 0.02, 0.06]),
  abandoned: random.pick([0, 0.1, 0.4]),
})

const PINGS = 5

/**
 * Nothing fails any more, and nothing is repaired: each device stays connected, or connects, for one answered ping. The
 * instance that still holds it may have a clock that is out of bounds: it leaves one that does not answer.
 */
const endCalmly = async (world: PushWorld, devices: Device[], dataCentres: number) => {
  const { scene } = world
  const { setting } = scene
  setting.faults = NO_FAULTS
  Object.assign(world.net, NO_NET_FAULTS)
  const fresh = Array.from({ length: dataCentres }, (_, dataCentre) =>
    startInstance(setting, { name: `last${dataCentre}`, dataCentre, offsetMs: 0 }),
  )
  world.hosts = [...scene.instances, ...fresh]
  scene.instances.splice(0, scene.instances.length, ...fresh)
  await setting.time.sleep(20_000)
  for (const { name, pingOnce, leave } of devices) {
    let pings = 0
    while (!(await pingOnce())) {
      pings += 1
      leave()
      await setting.time.sleep(1_000)
      if (pings === PINGS) {
        scene.complaints.push(`${name} cannot connect any more`)
        break
      }
    }
  }
}
