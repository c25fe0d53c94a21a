/** A frame of a connection as an operation: the same steps as a request's, and the same answer. */
import type { App, Context } from '../context.ts'
import type { FrameContract, FrameDescription } from '../contract/contract.ts'
import type { Connection, ConnectionId, Credential } from '../model/connection.ts'
import type { Decided } from '../model/operations.ts'
import type { TokenIdentity } from '../model/token.ts'
import { type Answering, answering } from './answer.ts'
import { authenticatorOf } from './caller.ts'
import { credentialOf } from './credential.ts'
import type { Asked } from './exchange.ts'
import { checked } from './input.ts'

/** `frame`: any JSON value. */
type FrameRequest = Asked & { id: ConnectionId; frame: unknown }
/** Finds whose connection it is. @throws Fault `unauthorized` when it is nobody's any more; `database_unavailable` */
export type Find = (id: ConnectionId, ctx: Context) => Promise<Connection>
/** Verifies a token. @throws Fault `unauthorized`, `keys_unavailable` */
export type Verify = (token: string) => Promise<Credential>

/** A frame that any app can serve. */
export type FrameOperation = { (app: App, find: Find): Answering<FrameRequest>; contract: FrameDescription }

export const frameOperation = <Input, Command, Result>(
  contract: FrameContract<Input, Command, Result>,
  useCase: (command: Command, ctx: Context, verify: Verify) => Promise<Result | Decided<Result>>,
): FrameOperation => {
  const on = (app: App, find: Find) => {
    const verify: Verify = async (token) => {
      const headers = new Map([['authorization', [`Bearer ${token}`]]])
      return credentialOf(await authenticatorOf(app)(headers), Date.now())
    }
    return answering(app, contract, (command: Command, ctx: Context) => useCase(command, ctx, verify), {
      identify: async ({ id }: FrameRequest, ctx) => {
        const from = await find(id, ctx)
        return { user: from.user, ...identityOf(from), from }
      },
      read: ({ frame }) => checked(contract.input, frame),
    })
  }
  return Object.assign(on, { contract })
}

/** A withdrawal is compared with the `issuedMs` of the connection, so that it does not matter who issued the token. */
const identityOf = ({ user, issuedMs, session, token }: Connection): { token?: TokenIdentity } => {
  if (!token) return {}
  const names = [...(session ? [session] : []), token]
  return { token: { user, issuedMs, names, maxAgeSeconds: 0, isOwn: true } }
}
