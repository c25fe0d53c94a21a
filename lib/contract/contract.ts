/** What an operation promises: where it is reached, what it takes, what it answers, how it can fail. */
import type * as z from 'zod'
import type { FaultKind } from '../errors.ts'
import type { UserId } from '../model/ids.ts'

/** Without a body the status is 204, else 200. */
export type Reply = { body?: unknown; headers?: Record<string, string> }

/** `Caller` is a UserId where the operation needs a credential, else undefined. */
export type Contract<Input, Caller, Command, Result> = Description & {
  authenticated: Caller extends UserId ? true : false
  input: z.ZodObject & z.ZodType<Input>
  toCommand: (input: Input, caller: Caller) => Command
  toReply: (result: Result) => Reply
  /** Memory that the reply to this can take while it is made, where that is much. */
  replyBytes?: (command: Command) => number
}

/** What a document says of it, and a router needs to know. */
export type Description = {
  operation: string
  summary: string
  method: 'GET' | 'POST'
  /** With `{user_id}` where the path varies. */
  path: string
  authenticated: boolean
  /** An object of `path`, `header`, `query` and `body`, each only where the operation takes one. */
  input: z.ZodObject
  reply: z.ZodType
  replyHeaders?: Record<string, { description: string; schema: { type: 'string' } }>
  /** Beside those that every operation, or every authenticated one, can answer with. */
  faults: FaultKind[]
}
