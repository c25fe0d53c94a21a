/** The first frame of a connection, each ping after it, and a renewed token: whether the client has missed something. */
import { cautiousTime } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { Connection, Credential } from '../model/connection.ts'
import { isBehind } from './behind.ts'
import { connect, pathOf } from './connect.ts'
import { enlist } from './enlist.ts'

/** `sinceMs`: as of an earlier answer (client-rules.ts); undefined: the client knows nothing yet. */
export type Ping = { connection: Connection; sinceMs: number | undefined }
/** `nowMs`: unix milliseconds, never later than the database's clock. `expiresMs`: of the token. */
export type Pong = { nowMs: number; isBehind: boolean; expiresMs: number }

/**
 * Every ping writes the row of its connection, since one that it found might be on too few replicas for those who push.
 * What was acknowledged before the row was there was listed before it, too: it is looked for after that.
 * @throws Fault `unauthorized`: the connection is to be closed; otherwise the client repeats it
 */
export const ping = async ({ connection, sinceMs }: Ping, ctx: Context): Promise<Pong> =>
  answer(connection, sinceMs, ctx)

/** `credential`: of a new token, already verified. */
export type Renewal = Ping & { credential: Credential }

/** Answered as a ping is, since the old token may have expired. @throws Fault as `ping` does */
export const renew = async (
  { connection: old, sinceMs, credential }: Renewal,
  ctx: Context,
): Promise<Pong> => {
  if (credential.user !== old.user) throw new Fault('unauthorized', 'the token is of another person')
  // Later than the row that it replaces, whose instance may have a clock ahead of this one.
  const connectedMs = Math.max(ctx.now(), old.connectedMs + 1)
  const connection = { id: old.id, endpoint: old.endpoint, connectedMs, ...credential }
  await connect(connection, ctx)
  const pong = await answer(connection, sinceMs, ctx)
  if (connection.token !== old.token || connection.session !== old.session)
    await ctx.store.removeConnections(old.user, pathOf(old), ctx.now())
  return pong
}

const answer = async (connection: Connection, sinceMs: number | undefined, ctx: Context): Promise<Pong> => {
  await enlist(connection, ctx)
  const nowMs = await cautiousTime(ctx)
  const { user, expiresMs } = connection
  return { nowMs, isBehind: await isBehind(user, sinceMs, ctx), expiresMs }
}

/** The answer, and what else a client is told with it. */
type Told = Pong & { pingSeconds: number; reconnectMs: number }

export const pinged = async (command: Ping, ctx: Context): Promise<Told> =>
  told(await ping(command, ctx), ctx)

/** @param verify @throws Fault `unauthorized`, also of a token of another person, `keys_unavailable` */
export const renewed = async (
  { token, ...command }: Ping & { token: string },
  ctx: Context,
  verify: (token: string) => Promise<Credential>,
): Promise<Told> => told(await renew({ ...command, credential: await verify(token) }, ctx), ctx)

const told = (pong: Pong, { push }: Context): Told => {
  if (!push) throw new Fault('not_found', 'nothing is pushed here')
  return { ...pong, pingSeconds: push.pingSeconds, reconnectMs: push.reconnectMs() }
}
