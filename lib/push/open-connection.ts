/** $connect: a person opens a connection, one of a limited number. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { CLOSE_CODES } from '../model/frame.ts'
import type { UserId } from '../model/ids.ts'
import type { OpenConnection } from '../model/operations.ts'
import { connect, pathOf } from './connect.ts'
import type { Push } from './wire.ts'

/** Of a person: a message costs a call for each of them. */
const MOST_CONNECTIONS = 20

/**
 * @throws Fault `not_found`: nothing is pushed here; `unauthorized`, `database_unavailable`, `write_in_doubt`
 */
export const openConnection = async ({ credential, id }: OpenConnection, ctx: Context): Promise<void> => {
  const { push } = ctx
  if (!push) throw new Fault('not_found', 'nothing is pushed here')
  await connect({ ...credential, id, endpoint: push.endpoint, connectedMs: ctx.now() }, ctx)
  await leaveRoom(credential.user, push, ctx)
}

/**
 * The oldest make room. Only connections that are pushed to count, which the new one is not yet: of several that are opened
 * at once, each may take the last place, until the next one is opened. Rows are removed first, since the call that closes a
 * connection may be lost.
 */
const leaveRoom = async (user: UserId, { wire, reconnectMs }: Push, ctx: Context) => {
  const devices = await ctx.store.readConnections([user])
  const newestFirst = devices.toSorted((one, other) => other.connectedMs - one.connectedMs)
  for (const device of newestFirst.slice(MOST_CONNECTIONS - 1)) {
    await ctx.store.removeConnectionById(device.id)
    await ctx.store.removeConnections(user, pathOf(device), ctx.now())
    await wire.close(device, { type: 'bye', code: CLOSE_CODES.replaced, reconnectMs: reconnectMs() })
  }
}
