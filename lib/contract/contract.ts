/** What an operation promises: its route, its input, its reply, and how it can fail. */
import type * as z from 'zod'
import type { FaultKind } from '../errors.ts'
import type { UserId } from '../model/ids.ts'
import type { Origin } from '../model/operations.ts'
import type { TokenIdentity } from '../model/token.ts'

/** Without a body the status is 204, else 200. */
export type Reply = { body?: unknown; headers?: Record<string, string> }

/** `Caller` is a UserId where the operation needs a credential, else undefined. */
export type Contract<Input, Caller, Command, Result> = Description & {
  authenticated: Caller extends UserId ? true : false
  input: z.ZodObject & z.ZodType<Input>
  /** @param token the caller's, where tokens can be withdrawn */
  toCommand: (
    input: Input,
    caller: Caller,
    token: TokenIdentity | undefined,
    request: { origin: () => Origin },
  ) => Command
  toReply: (result: Result) => Reply
  /** The most memory that building the reply can take; only for operations where that is a lot. */
  replyBytes?: (command: Command) => number
}

/** The part of a contract that the OpenAPI document shows and the router needs. */
export type Description = {
  operation: string
  summary: string
  method: 'GET' | 'POST' | 'PUT'
  /** With `{user_id}` where the path varies. */
  path: string
  authenticated: boolean
  /** Exists only where people have their accounts here: ACCOUNTS=on. */
  ofAccounts?: true
  /** An object of `path`, `header`, `query` and `body`, each only where the operation takes one. */
  input: z.ZodObject
  /** Absent: a success has no body. */
  reply?: z.ZodType
  replyHeaders?: Record<string, { description: string; schema: { type: 'string' } }>
  /** In addition to those of every operation, and of every authenticated one. */
  faults: FaultKind[]
}
