/** The keys of a development machine: generated on first use, kept in a git-ignored directory. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type KeySet, OWN_ISSUER, publicKeysOf } from '../lib/accounts/keys.ts'
import { generateKeys, rotated } from '../lib/accounts/rotation.ts'
import { issueToken } from '../lib/accounts/token.ts'
import type { UserId } from '../lib/model/ids.ts'
import { sessionIdAt } from '../lib/model/session.ts'

const KEY_FILE = 'accounts-keys.json'
const TOKEN_HOURS = 12
export const TOKEN_LIFETIME = `${TOKEN_HOURS} hours`

/** People have their accounts here; tokens of this directory's keys are accepted as well. */
export const localAccountsVariables = async (directory: string) => {
  await keySetIn(directory)
  return { ACCOUNTS: 'on', ACCOUNTS_KEYS: join(directory, KEY_FILE) }
}

/** Tokens of this directory's keys are accepted, and nothing else: as those of an identity provider. */
export const localAuthVariables = async (directory: string) => ({
  AUTH_MODE: 'jwt',
  AUTH_JWKS: JSON.stringify(publicKeysOf(await keySetIn(directory))),
  AUTH_ISSUER: OWN_ISSUER,
  AUTH_AUDIENCE: OWN_ISSUER,
})

/** A bearer token for a user, valid for `TOKEN_LIFETIME`. */
export const localToken = async (directory: string, user: string): Promise<string> => {
  const issuedAtMs = Date.now()
  // A session that is nowhere listed: nobody has signed in.
  const sessionId = sessionIdAt(issuedAtMs, randomBytes(10))
  const claims = { user: user as UserId, sessionId, issuedAtMs, lifeSeconds: TOKEN_HOURS * 3_600 }
  return issueToken(await keySetIn(directory), claims, randomBytes)
}

/** Readable by its owner only. Two concurrent first uses get the same keys: the file is created exclusively. */
const keySetIn = async (directory: string): Promise<KeySet> => {
  const file = join(directory, KEY_FILE)
  const existing = await readFile(file, 'utf8').catch(() => undefined)
  if (existing) return JSON.parse(existing)
  const { keySet } = rotated(undefined, generateKeys(), Date.now() / 1000)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(file, JSON.stringify(keySet), { mode: 0o600, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
  return JSON.parse(await readFile(file, 'utf8'))
}
