/** Tokens are withdrawn: the connections that were made with them are pushed to no more, and closed. */
import { requireClock } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { Device } from '../model/connection.ts'
import { CLOSE_CODES } from '../model/frame.ts'
import type { UserId } from '../model/ids.ts'
import type { Revoke } from '../model/operations.ts'
import { ALL_TOKENS, isIncluded, type TokenIdentity, withdrawnWithMs } from '../model/token.ts'
import type { ConnectionPath } from '../store/store.ts'
import { MAX_CLOCK_SKEW_MS } from '../timeline/rules.ts'
import { pathOf } from './connect.ts'
import { rowSeconds } from './enlist.ts'
import type { Wire } from './wire.ts'

/**
 * To be called once the mark of the withdrawal is stored. When it has resolved, no row of these tokens is found any more,
 * whatever is still under way (enlist.ts), and whether or not the connections could be closed.
 *
 * A device that connects with a new token within S of a withdrawal of all tokens may be pushed to only from its next ping on.
 * @throws Fault `clock_out_of_bounds`, `database_unavailable`, `write_in_doubt`: to be repeated
 */
export const disconnectWithdrawn = async (
  user: UserId,
  path: ConnectionPath,
  wire: Wire,
  ctx: Context,
): Promise<void> => {
  const devices = await ctx.store.readConnections([user])
  await requireClock(ctx)
  await ctx.store.removeConnections(user, path, ctx.now() + MAX_CLOCK_SKEW_MS)
  const isBelow = (device: Device) => path.every((part, index) => part === pathOf(device)[index])
  const bye = { type: 'bye', code: CLOSE_CODES.unauthorized, reconnectMs: 0 } as const
  await Promise.all(devices.filter(isBelow).map((device) => wire.close(device, bye)))
}

/** As `withdraw`; then the connections of these tokens are closed. @throws Fault as either does: to be repeated */
export const withdrawing = async <Result>(
  user: UserId | undefined,
  path: ConnectionPath,
  withdraw: () => Promise<Result>,
  ctx: Context,
): Promise<Result> => {
  const result = await withdraw()
  if (ctx.push && user !== undefined) await disconnectWithdrawn(user, path, ctx.push.wire, ctx)
  return result
}

/**
 * A withdrawal that was interrupted between its mark and the removal of rows is repeated with a token that is void by now.
 * Completes it, before the repeat is refused. Not if the mark is older than any row that it could leave: otherwise, with a
 * token that was stolen and withdrawn, the rows of its person's other tokens could be removed again and again.
 * @throws Fault `database_unavailable`: to be repeated
 */
export const finishWithdrawal = async (token: TokenIdentity, ctx: Context): Promise<void> => {
  if (!ctx.push) return
  try {
    const marks = await ctx.store.withdrawals(token.user, [ALL_TOKENS, ...token.names])
    const keptMs = rowSeconds(ctx.push) * 1000
    const session = token.names.find((name) => name.startsWith('sid:')) ?? ''
    for (const mark of marks) {
      const { what, atMs } = mark
      if (!isIncluded(withdrawnWithMs(token), mark) || ctx.now() - atMs > keptMs) continue
      await disconnectWithdrawn(token.user, pathTo(what, session), ctx.push.wire, ctx)
    }
  } catch (cause) {
    throw new Fault('database_unavailable', 'a withdrawal was not completed', { cause })
  }
}

const pathTo = (what: string, session: string): ConnectionPath => {
  if (what === ALL_TOKENS) return []
  return what === session ? [session] : [session, what]
}

/** The path of the rows that a withdrawal removes: of all tokens, of a session, or of the caller's own token. */
export const pathOfWithdrawn = ({ token, session, isAll }: Revoke): ConnectionPath => {
  if (isAll) return []
  if (session !== undefined) return [`sid:${session}`]
  const names = token?.names ?? []
  return [names.find((name) => name.startsWith('sid:')) ?? '', String(names.at(-1))]
}
