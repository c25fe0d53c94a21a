/** Contract + use case -> Lambda handler. The only file that imports middy. */
import middy from '@middy/core'
import type { App, Context } from '../context.ts'
import type { Contract, Description } from '../contract/contract.ts'
import { Fault } from '../errors.ts'
import type { UserId } from '../model/ids.ts'
import type { Decided } from '../model/operations.ts'
import { type Answering, answering, type OnVoid } from './answer.ts'
import { authenticatorOf } from './caller.ts'
import type { HttpResponse } from './exchange.ts'
import { inputReader } from './input.ts'
import { pathTemplate } from './path.ts'
import { type HttpRequest, readEvent } from './request.ts'

/** Never rejects: a runtime would answer with a stack trace, or with 200. */
export type Handler = ((event: unknown, invocation: Invocation) => Promise<HttpResponse>) & {
  contract: Description
  /** For a server that has read the request itself. */
  answer: Answering<HttpRequest>
}
/** A function module's export: its operation, which any app can serve. */
export type Operation = { (app: App): Handler; contract: Description }
/** The part of a runtime's context object that we use. */
export type Invocation = { getRemainingTimeInMillis?: () => number }

export const operation = <Input, Caller extends UserId | undefined, Command, Result>(
  contract: Contract<Input, Caller, Command, Result>,
  useCase: (command: Command, ctx: Context) => Promise<Result | Decided<Result>>,
  onVoid?: OnVoid,
): Operation => {
  const on = (app: App): Handler => {
    const answer = answering(app, contract, useCase, {
      identify: async (request: HttpRequest) => {
        refuseOtherMethods(request.method, contract.method)
        if (!contract.authenticated) return { from: request }
        return { ...(await authenticatorOf(app)(request.headers)), from: request }
      },
      read: inputReader(contract.input, pathTemplate(contract.path)),
      onVoid,
    })
    const handler = middy<HttpRequest, HttpResponse, Error, Invocation>({ timeoutEarlyInMillis: 0 })
      .before((invocation) => {
        invocation.event = readEvent(invocation.event)
      })
      .handler((request: HttpRequest, runtime: Invocation) =>
        answer(request, runtime.getRemainingTimeInMillis?.()),
      )
    return Object.assign(handler as unknown as Handler, { contract, answer })
  }
  return Object.assign(on, { contract })
}

/** A function URL, or a route for any method, passes every request on. */
const refuseOtherMethods = (asked: string | undefined, method: Description['method']) => {
  const allowed = method === 'GET' ? ['GET', 'HEAD'] : [method]
  if (asked === undefined || allowed.includes(asked)) return
  throw new Fault('method_not_allowed', asked, { headers: { allow: allowed.join(', ') } })
}
