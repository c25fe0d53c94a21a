/** The key pair of a development machine: generated on first use, kept in a git-ignored directory. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

const KEY_FILE = 'private-key.json'
const ALGORITHM = 'ES256'
const LOCAL_ISSUER = 'http://localhost/dialogs'
const LOCAL_AUDIENCE = 'dialogs'
/** In words that jose also understands. */
export const TOKEN_LIFETIME = '12 hours'

/** The AUTH_* variables under which tokens signed with this directory's key are accepted. */
export const localAuthVariables = async (directory: string) => {
  const { d: _secret, ...publicKey } = await privateKey(directory)
  return {
    AUTH_MODE: 'jwt',
    AUTH_JWKS: JSON.stringify({ keys: [publicKey] }),
    AUTH_ISSUER: LOCAL_ISSUER,
    AUTH_AUDIENCE: LOCAL_AUDIENCE,
  }
}

/** A bearer token for a user, valid for `TOKEN_LIFETIME`. */
export const localToken = async (directory: string, user: string): Promise<string> => {
  const key = await privateKey(directory)
  return new SignJWT({})
    .setProtectedHeader({ alg: ALGORITHM, kid: String(key.kid) })
    .setSubject(user)
    .setIssuer(LOCAL_ISSUER)
    .setAudience(LOCAL_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(TOKEN_LIFETIME)
    .sign(key)
}

/** Readable by its owner only. Two concurrent first uses get the same key: the file is created exclusively. */
const privateKey = async (directory: string): Promise<JWK> => {
  const file = join(directory, KEY_FILE)
  const existing = await readFile(file, 'utf8').catch(() => undefined)
  if (existing) return JSON.parse(existing)
  const pair = await generateKeyPair(ALGORITHM, { extractable: true })
  const jwk = await exportJWK(pair.privateKey)
  const key = { ...jwk, alg: ALGORITHM, kid: await calculateJwkThumbprint(jwk) }
  await mkdir(directory, { recursive: true })
  await writeFile(file, JSON.stringify(key), { mode: 0o600, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
  return JSON.parse(await readFile(file, 'utf8'))
}
