/** Shared by all parts of one run. */
import type { Rules } from '../../lib/timeline/rules.ts'
import type { Claims } from './claims.ts'
import type { Faults } from './faults.ts'
import type { Product } from './product.ts'
import type { Random } from './random.ts'
import type { Cluster } from './replicas.ts'
import type { Time } from './time.ts'

export type Setting = {
  time: Time
  random: Random
  /** For everything that concerns keys: runs without keys stay the same for a seed. */
  keyRandom: Random
  cluster: Cluster
  claims: Claims
  product: Product
  rules: Rules
  faults: Faults
  everyDataCentre: boolean
  /** Rows of the index that were acknowledged, in that order. */
  opened: { owner: string; bucket: number }[]
  trace: (line: string) => void
}
