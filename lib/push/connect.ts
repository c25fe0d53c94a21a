/** A connection begins, gets a new token, or ends. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { Connection, ConnectionId, Credential, Device } from '../model/connection.ts'
import type { ConnectionPath } from '../store/store.ts'
import type { Push } from './wire.ts'

/** An API Gateway ends connections after two hours. */
const MAX_CONNECTION_SECONDS = 2 * 3_600 + 600

/**
 * Writes whose connection it is, and not yet the row that pushes read: until the handshake is over, a push would be
 * answered that the connection is gone, and would remove that row for good.
 * @throws Fault `unauthorized`, `database_unavailable`, `write_in_doubt`: the connection is to be refused
 */
export const connect = async (connection: Connection, ctx: Context): Promise<void> => {
  await ctx.store.putConnectionById(connection, secondsLeft(connection, ctx.now()))
}

/** @throws Fault `unauthorized`, `database_unavailable` */
export const knownConnection = async (id: ConnectionId, ctx: Context): Promise<Connection> => {
  const connection = await ctx.store.readConnectionById(id)
  if (!connection) throw new Fault('unauthorized', 'nothing is known of the connection')
  return connection
}

/** Best effort: rows that remain are removed by the next push to the connection. */
export const disconnect = async (id: ConnectionId, ctx: Context): Promise<void> => {
  const connection = await ctx.store.readConnectionById(id)
  if (!connection) return
  await ctx.store.removeConnections(connection.user, pathOf(connection), ctx.now())
  await ctx.store.removeConnectionById(id)
}

/** @throws Fault `not_found` where nothing is pushed */
export const pushOf = ({ push }: Context): Push => {
  if (!push) throw new Fault('not_found', 'nothing is pushed here')
  return push
}

/** When a connection needs a token again, be it the same one: its rows are kept no longer than that. */
export const endOf = ({ expiresMs, connectedMs }: Connection): number =>
  Math.min(expiresMs, connectedMs + MAX_CONNECTION_SECONDS * 1000)

/** How long its rows are kept. @throws Fault `unauthorized` if its token has expired */
export const secondsLeft = ({ expiresMs }: Credential, nowMs: number): number => {
  const seconds = Math.floor((expiresMs - nowMs) / 1000)
  if (seconds < 1) throw new Fault('unauthorized', 'the token of the connection has expired')
  return Math.min(seconds, MAX_CONNECTION_SECONDS)
}

/** Where its row is, in the partition of its person. */
export const pathOf = ({ session, token, id }: Pick<Device, 'session' | 'token' | 'id'>): ConnectionPath => [
  session ?? '',
  token ?? '',
  id,
]
