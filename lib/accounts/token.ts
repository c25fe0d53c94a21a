/** What an access token of ours says, and for how long. */
import { SignJWT } from 'jose'
import type { UserId } from '../model/ids.ts'
import { type KeySet, keyInUse, OWN_ISSUER, signingKeys } from './keys.ts'

/** Of a login without refresh tokens, as clients of the public specification expect. */
export const ACCESS_TOKEN_SECONDS = 24 * 60 * 60
/** Beside a refresh token. */
export const REFRESHED_TOKEN_SECONDS = 10 * 60

const TOKEN_ID_BYTES = 16

type Claims = { user: UserId; sessionId: string; issuedAtMs: number; lifeSeconds: number }

/**
 * A JSON Web Token, signed by the key that is in use when it is issued. Its times are whole seconds, as some libraries read
 * nothing else; a withdrawal of everything compares that of its session, which has milliseconds.
 * @param random 16 random bytes become `jti`
 */
export const issueToken = (
  keys: KeySet,
  { user, sessionId, issuedAtMs, lifeSeconds }: Claims,
  random: (bytes: number) => Uint8Array,
): Promise<string> => {
  const issuedAt = issuedAtMs / 1000
  const key = keyInUse(signingKeys(keys), issuedAt)
  return new SignJWT({
    iss: OWN_ISSUER,
    aud: OWN_ISSUER,
    sub: user,
    sid: sessionId,
    jti: Buffer.from(random(TOKEN_ID_BYTES)).toString('base64url'),
    iat: Math.floor(issuedAt),
    exp: Math.floor(issuedAt) + lifeSeconds,
  })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' })
    .sign(key)
}
