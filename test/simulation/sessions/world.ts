/** Shared by all parts of one run: one session, those who have tokens of it, and what they were told. */

import type { Sessions } from '../../../lib/accounts/refresh.ts'
import type { RefreshKeys } from '../../../lib/accounts/refresh-token.ts'
import type { UserId } from '../../../lib/model/ids.ts'
import type { SessionId } from '../../../lib/model/session.ts'
import type { Product } from '../product.ts'
import type { Random } from '../random.ts'
import type { Time } from '../time.ts'
import type { Faults } from './faults.ts'
import type { Table } from './table.ts'

export type Reply<T> = { result: T } | { refused: true } | { failed: true }
export type Instance = {
  name: string
  serve: <T>(work: (ctx: { store: Sessions; now: () => number }) => Promise<T>) => Promise<Reply<T>>
}
export type Side = 'honest' | 'thief'
/** One answer of the service to a refresh, whether or not it arrives; times are true time. */
export type Answer = {
  by: Side
  sentMs: number
  answeredMs: number
  /** A token of this generation, or none. */
  outcome: number | 'kept' | 'refused' | 'failed'
  wasWithdrawn: boolean
}

export type World = {
  time: Time
  random: Random
  product: Product
  faults: Faults
  table: Table
  /** A mutant's rotations are not. */
  isConditional: boolean
  keys: RefreshKeys
  user: UserId
  session: SessionId
  sessionEndsMs: number
  /** When the run ends. */
  endMs: number
  instances: Instance[]
  /** What all tabs of the honest client share, and the thief copies. */
  stored: string
  /** Tokens on their way to the honest client, lost or not: a thief may be listening. */
  overheard: string[]
  answers: Answer[]
  signedOutMs?: number
  complaints: string[]
  trace: (line: string) => void
}

export const generationIn = (text: string): number => Number(text.split('.')[3])
