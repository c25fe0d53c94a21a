/** How a connection begins and ends: the routes $connect and $disconnect of a WebSocket API. */
import * as z from 'zod'
import type { ConnectionId } from '../model/connection.ts'
import type { UserId } from '../model/ids.ts'
import type { OpenConnection } from '../model/operations.ts'
import type { AnyContract } from './contract.ts'

/** The subprotocol that every client offers, and the one that is answered. */
export const SUBPROTOCOL = 'dialogs.v1'
/** From a browser, which cannot set headers here, the token comes as another subprotocol, behind this prefix. */
export const TOKEN_PREFIX = 'bearer.'

const input = z.object({})

/** `offers`: whether the client named the subprotocol, which then has to be answered. */
type Connecting = OpenConnection & { offers: boolean }
type Accepted = { user: UserId; offers: boolean }

export const connectContract: AnyContract<object, UserId, Connecting, Accepted, Connecting> = {
  operation: 'connect',
  summary: 'Open a connection',
  authenticated: true,
  input,
  toCommand: (_input, _caller, _token, from) => from,
  // The body is for whoever holds the connection: no client sees it.
  toReply: ({ user, offers }) => ({
    body: { user_id: user },
    ...(offers && { headers: { 'sec-websocket-protocol': SUBPROTOCOL } }),
  }),
  faults: ['not_found', 'forbidden_origin', 'database_unavailable', 'overloaded', 'write_in_doubt'],
}

export const disconnectContract: AnyContract<object, undefined, ConnectionId, void, ConnectionId> = {
  operation: 'disconnect',
  summary: 'Forget a connection that has ended',
  authenticated: false,
  input,
  toCommand: (_input, _caller, _token, id) => id,
  toReply: () => ({}),
  faults: ['database_unavailable', 'overloaded', 'write_in_doubt'],
}
