/** A connection over which a person is told what is new: whose it is, where it ends, and with which token it was opened. */
import type { UserId } from './ids.ts'
import type { TokenName } from './token.ts'

/** Never used again once the connection is closed. */
export type ConnectionId = string & { readonly connection: unique symbol }

/** What its token says; without `token`, it cannot be withdrawn here. */
export type Credential = {
  user: UserId
  /** The token's session, and the token itself. */
  session?: TokenName
  token?: TokenName
  /** A withdrawal of all tokens up to this moment, in unix milliseconds, includes this one. */
  issuedMs: number
  /** When the token expires, in unix milliseconds. */
  expiresMs: number
}

export type Connection = Credential & {
  id: ConnectionId
  /** The URL at which its instance, or the gateway, takes what is to be sent to it. */
  endpoint: string
  /** When it was opened, or got its present token, in unix milliseconds. */
  connectedMs: number
}

/** Of a person: a message costs a call for each of them. */
export const MOST_CONNECTIONS = 20

/** Enough to send something to it, and to remove its row. */
export type Device = Pick<Connection, 'id' | 'user' | 'endpoint' | 'session' | 'token' | 'connectedMs'>
