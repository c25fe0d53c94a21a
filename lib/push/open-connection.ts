/** $connect: a person opens a connection. */
import type { Context } from '../context.ts'
import type { OpenConnection } from '../model/operations.ts'
import { connect, pushOf } from './connect.ts'

/**
 * It counts among a limited number of its person's once it is pushed to: see leave-room.ts.
 * @throws Fault `not_found`: nothing is pushed here; `unauthorized`, `database_unavailable`, `write_in_doubt`
 */
export const openConnection = async ({ credential, id }: OpenConnection, ctx: Context): Promise<void> => {
  const { endpoint } = pushOf(ctx)
  await connect({ ...credential, id, endpoint, connectedMs: ctx.now() }, ctx)
}
