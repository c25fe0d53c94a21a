/** Who is signed in, in all tabs of this browser: the one token that they share, and how it is replaced. */
import { Refused, request } from './request.ts'
import { claimsOf } from './token.ts'
import type { SignedIn } from './wire.ts'

export type Session = { user: string; token: string; refreshToken?: string }

/** Where it is stored: other tabs are told of changes by the event `storage`. */
export const SESSION = 'session'
const ATTEMPTS = 3

export type Sessions = {
  current: () => Session | undefined
  /** @throws Refused */
  signIn: (id: string, password: string) => Promise<void>
  /** Of another issuer. @throws Refused */
  signInWith: (token: string) => Promise<void>
  /**
   * A new token in place of one that was refused; undefined if the session is over.
   * @throws Refused when that cannot be known now
   */
  renewed: (refused: string) => Promise<Session | undefined>
  forget: () => void
}

/** @param locks absent where the page did not come over TLS: two tabs then get the same successor from the service */
export const openSessions = (storage: Storage, locks: Pick<LockManager, 'request'> | undefined): Sessions => {
  const current = (): Session | undefined => JSON.parse(storage.getItem(SESSION) ?? 'null') ?? undefined
  const begin = (session: Session) => storage.setItem(SESSION, JSON.stringify(session))
  const refresh = async (refused: string): Promise<Session | undefined> => {
    const session = current()
    // Another tab was first, or has signed out.
    if (session?.token !== refused) return session
    if (!session.refreshToken) return undefined
    const reply = await refreshed(session.refreshToken)
    // Signed out while it was on its way.
    if (!reply || current()?.token !== refused) return undefined
    const { token, refresh_token = session.refreshToken } = reply
    // Stored before it is used: the old one may be void by then.
    begin({ user: session.user, token, refreshToken: refresh_token })
    return current()
  }
  return {
    current,
    signIn: async (id, password) => {
      const { body } = await request<SignedIn>('POST', '/login', { body: { id, password, refresh: true } })
      const { token, refresh_token } = body
      begin({ user: id, token, ...(refresh_token !== undefined && { refreshToken: refresh_token }) })
    },
    signInWith: async (pasted) => {
      const token = pasted.trim().replace(/^Bearer\s+/i, '')
      const claims = claimsOf(token)
      if (!claims) throw new Refused(401, 0, 'That is not a token')
      await request('GET', '/dialogs?limit=1', { token })
      begin({ user: claims.user, token })
    },
    renewed: (refused) => (locks ? locks.request(SESSION, () => refresh(refused)) : refresh(refused)),
    forget: () => storage.removeItem(SESSION),
  }
}

/** The rules for clients of docs/accounts.md: the same token again when there was no reply, and 401 is the end. */
const refreshed = async (refreshToken: string): Promise<SignedIn | undefined> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await request<SignedIn>('POST', '/refresh', { body: { refresh_token: refreshToken } })).body
    } catch (error) {
      const { status, isPassing, retryAfterMs } = error as Refused
      if (status === 401) return undefined
      if (!isPassing || attempt === ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs || 1_000))
    }
  }
}

/** A new person, who still has to sign in. @throws Refused */
export const signUp = async (firstName: string, password: string): Promise<string> => {
  const body = { password, ...(firstName && { first_name: firstName }) }
  return (await request<{ user_id: string }>('POST', '/user/register', { body })).body.user_id
}

/** Ends a session at the service, whose tokens this page has forgotten already. @throws Refused */
export const revoke = async ({ token, refreshToken }: Session): Promise<void> => {
  const id = claimsOf(token)?.session
  // Without a session there is this one token.
  const body = id === undefined ? {} : { session: id }
  const options = { body, keepalive: true }
  try {
    await request('POST', '/revoke', { ...options, token })
  } catch (error) {
    if (!(error instanceof Refused) || ![401, 404].includes(error.status)) throw error
    // 404: tokens cannot be withdrawn here. 401: this one has expired already; the session may go on.
    if (error.status === 404 || !refreshToken) return
    const renewed = await refreshed(refreshToken)
    if (renewed) await request('POST', '/revoke', { ...options, token: renewed.token })
  }
}
