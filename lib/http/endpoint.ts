/** Contract + use case -> Lambda handler. The only file that imports middy. */
import middy from '@middy/core'
import type { Call } from '../call.ts'
import type { App, Context } from '../context.ts'
import type { Contract, Reply } from '../contract/contract.ts'
import { Fault } from '../errors.ts'
import { lazy } from '../lazy.ts'
import type { UserId } from '../model/ids.ts'
import { authenticator } from './caller.ts'
import { beginExchange, type Exchange, type HttpResponse } from './exchange.ts'
import { inputOf } from './input.ts'
import { pathTemplate } from './path.ts'
import { methodOf, requestOf } from './request.ts'
import { roomFor } from './room.ts'
import { sendsOf } from './send-rate.ts'

/** Never rejects: a runtime would answer with a stack trace, or with 200. */
export type Handler = ((event: unknown, invocation: Invocation) => Promise<HttpResponse>) & { route: Route }
/** Where its contract says that the operation is reached. */
type Route = Pick<Contract<never, never, never, never>, 'operation' | 'method' | 'path'>
/** What we use of a runtime's context object. */
type Invocation = { getRemainingTimeInMillis?: () => number }

export const endpoint = <Input, Caller extends UserId | undefined, Command, Result>(
  contract: Contract<Input, Caller, Command, Result>,
  useCase: (command: Command, ctx: Context) => Promise<Result>,
  app: App,
): Handler => {
  const usesDatabase = contract.faults.includes('database_unavailable')
  const room = lazy(async () =>
    roomFor(usesDatabase ? app.config().limits.requestsAtOnce : Number.POSITIVE_INFINITY),
  )
  const authenticate = lazy(async () => authenticator(app.config().auth))

  const spend = contract.faults.includes('too_many_sends')
    ? lazy(async () => sendsOf(app.config().limits.sendRate))
    : undefined

  const template = pathTemplate(contract.path)
  /** Whoever has waited for half of its time has no time left to wait for the database. */
  const reserve = async (command: Command, call: Call) =>
    contract.replyBytes && app.replyBytes().reserve(contract.replyBytes(command), call.remainingMs() / 2)

  const answer = async ({ event, headers, call, log }: Exchange): Promise<Reply> => {
    refuseOtherMethods(methodOf(event), contract.method)
    const caller = contract.authenticated ? await (await authenticate())(headers) : undefined
    const ctx = app.contextFor(call, log)
    // Before anything is looked at, so that garbage counts too.
    if (caller && spend) (await spend())(caller, ctx.now())
    const input = inputOf(contract.input, requestOf(event, template, headers))
    const command = contract.toCommand(input, caller as Caller)
    const reservation = await reserve(command, call)
    try {
      return contract.toReply(await useCase(command, ctx))
    } finally {
      reservation?.release()
    }
  }

  const handler = middy<Exchange, unknown, Error, Invocation>({ timeoutEarlyInMillis: 0 })
    .before((request) => {
      const remainingMs = request.context.getRemainingTimeInMillis?.()
      request.event = beginExchange(request.event, contract.operation, remainingMs, app.log)
    })
    .after(({ event, response }) => event.succeed(response as Reply))
    .onError(({ event, error }) => event.fail(error))
    .handler(async (exchange: Exchange) => {
      const inRoom = await room()
      // Until the reply, which has a deadline: nothing that hangs can keep its place for longer.
      return inRoom(() =>
        beforeDeadline(exchange.call, answer(exchange), (result) => contract.toReply(result as Result)),
      )
    })
  return Object.assign(handler as unknown as Handler, { route: contract })
}

/** A function URL, or a route for any method, passes on whatever it gets. */
const refuseOtherMethods = (asked: string | undefined, method: 'GET' | 'POST') => {
  const allowed = method === 'GET' ? ['GET', 'HEAD'] : [method]
  if (asked === undefined || allowed.includes(asked)) return
  throw new Fault('method_not_allowed', asked, { headers: { allow: allowed.join(', ') } })
}

/** Whatever the database does, the caller gets a reply, and nothing is written after a reply that says so. */
const beforeDeadline = (
  call: Call,
  work: Promise<Reply>,
  toReply: (result: unknown) => Reply,
): Promise<Reply> => {
  let timer: NodeJS.Timeout
  const deadline = new Promise<Reply>((resolve, reject) => {
    timer = setTimeout(
      () => {
        call.giveUp()
        if (call.decided) return resolve(toReply(call.decided.result))
        const kind = call.writing ? 'write_in_doubt' : 'database_unavailable'
        reject(new Fault(kind, 'the deadline has passed'))
      },
      Math.max(0, call.remainingMs()),
    )
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
