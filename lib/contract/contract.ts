/** What an operation promises: its route, its input, its reply, and how it can fail. */
import type * as z from 'zod'
import type { FaultKind } from '../errors.ts'
import type { Connection } from '../model/connection.ts'
import type { UserId } from '../model/ids.ts'
import type { Origin } from '../model/operations.ts'
import type { TokenIdentity } from '../model/token.ts'

/** Without a body the status is 204, else 200. `html` takes the place of a body in JSON. */
export type Reply = { body?: unknown; html?: string; headers?: Record<string, string> }

/** `Caller` is a UserId where the operation needs a credential, else undefined; `From`: what a request came from. */
type Translation<Input, Caller, Command, Result, From> = {
  authenticated: Caller extends UserId ? true : false
  input: z.ZodObject & z.ZodType<Input>
  /** @param token the caller's, where tokens can be withdrawn */
  toCommand: (input: Input, caller: Caller, token: TokenIdentity | undefined, from: From) => Command
  toReply: (result: Result) => Reply
  /** The most memory that building the reply can take; only for operations where that is a lot. */
  replyBytes?: (command: Command) => number
}

/** An operation of HTTP. */
export type Contract<Input, Caller, Command, Result> = Description &
  Translation<Input, Caller, Command, Result, { origin: () => Origin }>

/** What is asked by a frame of a connection. */
export type FrameContract<Input, Command, Result> = FrameDescription &
  Translation<Input, UserId, Command, Result, Connection>

/** An operation, however it is asked for. */
export type AnyContract<Input, Caller, Command, Result, From> = Summary &
  Translation<Input, Caller, Command, Result, From>

/** The part of a contract that the OpenAPI document shows and the router needs. */
export type Description = Summary & {
  method: 'GET' | 'POST' | 'PUT'
  /** With `{user_id}` where the path varies. */
  path: string
  /** Exists only where people have their accounts here: ACCOUNTS=on. */
  ofAccounts?: true
}

/** The part of a contract that the AsyncAPI document shows. */
export type FrameDescription = Summary & {
  /** The word of the frame. */
  action: string
}

type Summary = {
  operation: string
  summary: string
  authenticated: boolean
  /** An object of `path`, `header`, `query` and `body`, each only where the operation takes one; a frame is a body. */
  input: z.ZodObject
  /** Absent: a success has no body. */
  reply?: z.ZodType
  /** Absent: JSON. */
  replyType?: 'text/html'
  replyHeaders?: Record<string, { description: string; schema: { type: 'string' } }>
  /** In addition to those of every operation, and of every authenticated one. */
  faults: FaultKind[]
}
