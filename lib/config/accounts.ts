/** Accounts of our own: ACCOUNTS, and what they need. */
import crypto from 'node:crypto'
import { BlockList } from 'node:net'
import * as z from 'zod'
import type { KeySet } from '../accounts/keys.ts'
import { check, type Environment, misconfigured } from './environment.ts'
import { blocks, fileOr } from './fields.ts'
import { parseKeySet } from './key-set.ts'

export type AccountsConfig = {
  keys: KeySet
  passwordMinCharacters: number
  /** Whose X-Forwarded-For is believed. */
  trustedProxies: BlockList
}

const keySet = fileOr((value) => value.trimStart().startsWith('{')).transform((value, context): KeySet => {
  const keys = parseKeySet(value)
  if (typeof keys !== 'string') return keys
  context.addIssue(keys)
  return z.NEVER
})

const accountsVariables = z.object({
  ACCOUNTS_KEYS: keySet,
  /** NIST SP 800-63B-4 requires at least 8, and that 64 are accepted. */
  PASSWORD_MIN: z.coerce.number().int().min(8).max(64).default(8),
  TRUSTED_PROXIES: blocks.default(new BlockList()),
})

/**
 * Undefined unless `ACCOUNTS` is on.
 * @param hasArgon2 whether this Node can hash passwords: 24.7 and newer can
 * @throws Fault `misconfigured`
 */
export const readAccountsConfig = (
  env: Environment,
  hasArgon2 = typeof crypto.argon2 === 'function',
): AccountsConfig | undefined => {
  const { ACCOUNTS } = check(z.object({ ACCOUNTS: z.enum(['on', 'off']).default('off') }), env)
  if (ACCOUNTS === 'off') return undefined
  if (!hasArgon2) throw misconfigured(`ACCOUNTS=on needs Node 24.7 or newer, this is ${process.version}`)
  const { ACCOUNTS_KEYS, PASSWORD_MIN, TRUSTED_PROXIES } = check(accountsVariables, env)
  return {
    keys: ACCOUNTS_KEYS,
    passwordMinCharacters: PASSWORD_MIN,
    trustedProxies: TRUSTED_PROXIES,
  }
}
