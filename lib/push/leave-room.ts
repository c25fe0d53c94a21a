/** A person's connections are a limited number: the oldest make room. */
import type { Context } from '../context.ts'
import { type ConnectionId, type Device, MOST_CONNECTIONS } from '../model/connection.ts'
import { CLOSE_CODES } from '../model/frame.ts'
import type { UserId } from '../model/ids.ts'
import { pathOf } from './connect.ts'
import type { Push } from './wire.ts'

/**
 * Of those that are pushed to, by the last of them to ping: however many are opened at once, the last one finds all rows.
 * Rows are removed before the connection is closed, since that call may be lost. Also removes what renewals at once leave: an
 * older row of the same connection.
 * @throws Fault `database_unavailable`, `write_in_doubt`: the next ping does it
 */
export const leaveRoom = async (user: UserId, { wire, reconnectMs }: Push, ctx: Context): Promise<void> => {
  const rows = (await ctx.store.readConnections([user])).toSorted(newestFirst)
  const kept = new Set<ConnectionId>()
  const closed = new Set<ConnectionId>()
  const leave = async (device: Device) => {
    const isFirst = !kept.has(device.id) && !closed.has(device.id)
    if (isFirst) {
      closed.add(device.id)
      await ctx.store.removeConnectionById(device.id)
    }
    await ctx.store.removeConnections(user, pathOf(device), ctx.now())
    if (isFirst)
      await wire.close(device, { type: 'bye', code: CLOSE_CODES.replaced, reconnectMs: reconnectMs() })
  }
  const leaving = rows.filter(({ id }) => {
    const stays = !kept.has(id) && kept.size < MOST_CONNECTIONS
    if (stays) kept.add(id)
    return !stays
  })
  await Promise.all(leaving.map(leave))
}

/** The same for all instances. */
const newestFirst = (one: Device, other: Device): number =>
  other.connectedMs - one.connectedMs || (one.id < other.id ? -1 : 1)
