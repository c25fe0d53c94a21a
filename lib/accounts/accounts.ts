/** What the use cases of accounts have in common: keys, limits, and the hashing of passwords. */
import type { BlockList } from 'node:net'
import { Fault } from '../errors.ts'
import type { KeySet } from './keys.ts'
import type { Passwords } from './password.ts'

export type Accounts = {
  keys: KeySet
  passwordMinCharacters: number
  /** Whose X-Forwarded-For is believed. */
  trustedProxies: BlockList
  /** After it was issued, no token is accepted for longer. */
  tokenMaxAgeSeconds: number
  passwords: Passwords
}

/** @throws Fault `not_found` where people have their accounts elsewhere */
export const accountsOf = ({ accounts }: { accounts?: Accounts | undefined }): Accounts => {
  if (!accounts) throw new Fault('not_found', 'ACCOUNTS is off')
  return accounts
}
