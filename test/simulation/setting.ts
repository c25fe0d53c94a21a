/** What all parts of one run share. */
import type { Rules } from '../../lib/timeline/rules.ts'
import type { Claims } from './claims.ts'
import type { Dice } from './dice.ts'
import type { Faults } from './faults.ts'
import type { Product } from './product.ts'
import type { Cluster } from './replicas.ts'
import type { Time } from './time.ts'

export type Setting = {
  time: Time
  dice: Dice
  /** Of all that has to do with keys: it leaves the runs without them as they are. */
  keyDice: Dice
  cluster: Cluster
  claims: Claims
  product: Product
  rules: Rules
  faults: Faults
  everyDataCentre: boolean
  /** Rows of the index that were written, in the order of their acknowledgement. */
  opened: { dialog: string; bucket: number }[]
  trace: (line: string) => void
}
