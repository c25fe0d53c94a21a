/** A service where people have their accounts, and what they do with them. */
import { randomBytes } from 'node:crypto'
import type { KeySet } from '../../lib/accounts/keys.ts'
import type { Passwords } from '../../lib/accounts/password.ts'
import { generateKeys, rotated } from '../../lib/accounts/rotation.ts'
import { issueToken } from '../../lib/accounts/token.ts'
import { readAccountsConfig } from '../../lib/config/accounts.ts'
import { readAuthConfig } from '../../lib/config/auth.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { sessionIdAt } from '../../lib/model/session.ts'
import type { HttpReply, Service } from '../world/service.ts'
import { a_service_in_memory, type Person } from './given.ts'

export const PASSWORD = 'correct horse battery'

/** With keys made for the occasion. */
export const our_account_variables = () => ({
  ACCOUNTS: 'on',
  ACCOUNTS_KEYS: JSON.stringify(rotated(undefined, generateKeys(), 0).keySet),
})

/** The configuration, and the keys in it. */
export const our_accounts = (env: Record<string, string> = {}) => {
  const all = { ...our_account_variables(), ...env }
  const keySet: KeySet = JSON.parse(all.ACCOUNTS_KEYS)
  const accounts = readAccountsConfig(all)
  if (!accounts) throw new Error('ACCOUNTS is on')
  return { keySet, accounts, auth: readAuthConfig(all, accounts) }
}

/** @param hashing in place of real hashing */
export const a_service_with_accounts = ({ accounts, auth } = our_accounts(), hashing?: Passwords) =>
  a_service_in_memory(auth, undefined, {}, accounts, hashing)

/** A token of somebody who has not signed in, as `npm run token` makes it. */
export const a_token_of = ({ keySet }: { keySet: KeySet }, user: string): Promise<string> => {
  const issuedAtMs = Date.now()
  const sessionId = sessionIdAt(issuedAtMs, randomBytes(10))
  return issueToken(keySet, { user: user as UserId, sessionId, issuedAtMs, lifeSeconds: 600 }, randomBytes)
}

const asking =
  (method: string, path: string) =>
  (service: Service, body: unknown, headers: Record<string, string> = {}): Promise<HttpReply> =>
    service({
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

export const they_register = asking('POST', '/user/register')
export const they_sign_in = asking('POST', '/login')
export const they_refresh = asking('POST', '/refresh')
export const they_change_their_password = (service: Service, who: Person, body: unknown) =>
  asking('PUT', '/password')(service, body, who.headers)

export const they_get = (service: Service, id: string): Promise<HttpReply> =>
  service({ method: 'GET', path: `/user/get/${encodeURIComponent(id)}`, headers: {} })

export const they_list_sessions = (service: Service, who: Person): Promise<HttpReply> =>
  service({ method: 'GET', path: '/sessions', headers: who.headers })

/** The fields of a reply that must be a success. */
export const said = ({ status, text }: HttpReply) => {
  if (status !== 200) throw new Error(`${status}: ${text}`)
  return JSON.parse(text)
}

/** Somebody who has just signed up. */
export const a_user = async (service: Service, profile: object = {}): Promise<string> =>
  said(await they_register(service, { ...profile, password: PASSWORD })).user_id

export const holder = (id: string, token: string): Person => ({
  id,
  headers: { authorization: `Bearer ${token}` },
})

/** Somebody who has just signed up and in; with `refresh` also a refresh token. */
export const somebody_signed_in = async (service: Service, refresh = false) => {
  const id = await a_user(service)
  return { ...(await signed_in(service, id, refresh)), id }
}

export const signed_in = async (service: Service, id: string, refresh = false, password = PASSWORD) => {
  const { token, refresh_token } = said(await they_sign_in(service, { id, password, refresh }))
  return { ...holder(id, token), token: token as string, refreshToken: refresh_token as string }
}
