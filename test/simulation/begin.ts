/** The beginning of a run: time, a cluster and its claims, and a few instances, all drawn from the seed. */
import { openClaims } from './claims.ts'
import type { Faults } from './faults.ts'
import { offsetAtStart } from './inject-faults.ts'
import { startInstance } from './instance.ts'
import type { Product } from './product.ts'
import { type Random, seededRandom } from './random.ts'
import { openCluster } from './replicas.ts'
import type { Setting } from './setting.ts'
import { startTime } from './time.ts'

/** What a mutant changes around the code, rather than in it. */
export type Surroundings = { everyDataCentre: boolean }

/** What one kind of run draws in its own way. */
type Draw = {
  faults: (random: Random, keyRandom: Random) => Faults
  rules: (random: Random) => Setting['rules']
}

const BEGIN_MS = 1_800_000_000_000

export const beginRun = (
  seed: number,
  product: Product,
  draw: Draw,
  { everyDataCentre }: Surroundings = { everyDataCentre: true },
) => {
  const random = seededRandom(seed)
  const keyRandom = seededRandom(~seed)
  const time = startTime(BEGIN_MS + random.between(0, 999))
  const dataCentres = random.chance(0.4) ? 2 : 1
  const trace: string[] = []
  const setting: Setting = {
    time,
    random,
    keyRandom,
    product,
    faults: draw.faults(random, keyRandom),
    cluster: openCluster(time, random, dataCentres, () => setting.faults),
    claims: openClaims(time, keyRandom, () => setting.faults),
    rules: draw.rules(random),
    everyDataCentre,
    opened: [],
    trace: (line) => void trace.push(`${time.now() - BEGIN_MS} ${line}`),
  }
  const instances = Array.from({ length: random.between(2, 4) }, (_, index) =>
    startInstance(setting, {
      name: `i${index}`,
      dataCentre: index % dataCentres,
      offsetMs: offsetAtStart(setting),
    }),
  )
  return { setting, instances, dataCentres, trace }
}
