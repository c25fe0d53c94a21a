/** What a connection keeps of the credential with which it was made. */
import type { Credential } from '../model/connection.ts'
import { withdrawnWithMs } from '../model/token.ts'
import type { Verified } from './token.ts'

/** A caller that a trusted gateway names has no token that could expire: as long as an API Gateway keeps a connection. */
const MAX_CONNECTION_MS = (2 * 60 + 10) * 60_000

export const credentialOf = ({ user, token, expiresMs }: Verified, nowMs: number): Credential => {
  const common = { user, expiresMs: expiresMs ?? nowMs + MAX_CONNECTION_MS }
  if (!token) return { ...common, issuedMs: nowMs }
  const session = token.names.find((name) => name.startsWith('sid:'))
  const own = token.names.at(-1)
  return {
    ...common,
    issuedMs: withdrawnWithMs(token),
    ...(session && { session }),
    ...(own && { token: own }),
  }
}
