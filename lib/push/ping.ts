/** The first frame of a connection, each ping after it, and a renewed token: whether the client has missed something. */
import { cautiousTime } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { Connection, Credential } from '../model/connection.ts'
import type { Ping, Pong, RenewToken } from '../model/operations.ts'
import { isBehind } from './behind.ts'
import { connect, endOf, pathOf, pushOf } from './connect.ts'
import { enlist } from './enlist.ts'
import { leaveRoom } from './leave-room.ts'

/** What is found out for a client, without what its runtime adds. */
export type Answer = Omit<Pong, 'pingSeconds' | 'reconnectMs'>

/**
 * Every ping writes the row of its connection: a row that it found might be on too few replicas for a push to find it.
 * Whether the client is behind is looked up after that: what was acknowledged before the row was there has been listed by then.
 * @throws Fault `unauthorized`: the connection is to be closed; after any other, the client repeats the ping
 */
export const ping = async ({ connection, sinceMs }: Ping, ctx: Context): Promise<Answer> =>
  answer(connection, sinceMs, ctx)

/**
 * Answered as a ping is, since the old token may have expired.
 * @param credential of a new token, already verified
 * @throws Fault as `ping` does
 */
export const renew = async (
  { connection: old, sinceMs, credential }: Ping & { credential: Credential },
  ctx: Context,
): Promise<Answer> => {
  if (credential.user !== old.user) throw new Fault('unauthorized', 'the token is of another person')
  // Later than the row that it replaces, whose instance may have a clock ahead of this one.
  const connectedMs = Math.max(ctx.now(), old.connectedMs + 1)
  const connection = { id: old.id, endpoint: old.endpoint, connectedMs, ...credential }
  await connect(connection, ctx)
  const found = await answer(connection, sinceMs, ctx)
  if (connection.token !== old.token || connection.session !== old.session)
    await ctx.store.removeConnections(old.user, pathOf(old), ctx.now())
  return found
}

const answer = async (connection: Connection, sinceMs: Ping['sinceMs'], ctx: Context): Promise<Answer> => {
  await enlist(connection, ctx)
  const nowMs = await cautiousTime(ctx)
  const expiresMs = endOf(connection)
  return { nowMs, isBehind: await isBehind(connection.user, sinceMs, ctx), expiresMs }
}

export const pinged = async (command: Ping, ctx: Context): Promise<Pong> =>
  pongOf(command, await ping(command, ctx), ctx)

/** @param verify @throws Fault `unauthorized`, also of a token of another person, `keys_unavailable` */
export const renewed = async (
  { token, ...command }: RenewToken,
  ctx: Context,
  verify: (token: string) => Promise<Credential>,
): Promise<Pong> => pongOf(command, await renew({ ...command, credential: await verify(token) }, ctx), ctx)

const pongOf = async ({ connection }: Ping, answer: Answer, ctx: Context): Promise<Pong> => {
  const push = pushOf(ctx)
  await leaveRoom(connection.user, push, ctx)
  return { ...answer, pingSeconds: push.pingSeconds, reconnectMs: push.reconnectMs() }
}
