/** Contract + use case -> Lambda handler. The only file that imports middy. */
import middy from '@middy/core'
import type { Call } from '../call.ts'
import type { App, Context } from '../context.ts'
import type { Contract, Description, Reply } from '../contract/contract.ts'
import { Fault } from '../errors.ts'
import { once } from '../lazy.ts'
import type { UserId } from '../model/ids.ts'
import { Decided } from '../model/operations.ts'
import type { TokenIdentity } from '../model/token.ts'
import { type Authenticate, authenticator } from './caller.ts'
import { concurrencyLimit } from './concurrency-limit.ts'
import { Exchange, type HttpResponse } from './exchange.ts'
import { inputReader } from './input.ts'
import { pathTemplate } from './path.ts'
import { INVALID_TOKEN } from './problem.ts'
import { rateLimiter } from './rate-limiter.ts'
import { type HttpRequest, readEvent } from './request.ts'

/** Never rejects: a runtime would answer with a stack trace, or with 200. */
export type Handler = ((event: unknown, invocation: Invocation) => Promise<HttpResponse>) & {
  contract: Description
  /** For a server that has read the request itself. @param remainingMs the time the runtime leaves, if it limits any */
  answer: (request: HttpRequest, remainingMs?: number) => Promise<HttpResponse>
}
/** A function module's export: its operation, which any app can serve. */
export type Operation = { (app: App): Handler; contract: Description }
/** The part of a runtime's context object that we use. */
type Invocation = { getRemainingTimeInMillis?: () => number }
/** A reply, and the work that follows once it is decided. */
type Answer = { reply: Reply; followUp?: Promise<void> | undefined }

export const operation = <Input, Caller extends UserId | undefined, Command, Result>(
  contract: Contract<Input, Caller, Command, Result>,
  useCase: (command: Command, ctx: Context) => Promise<Result | Decided<Result>>,
): Operation => {
  const on = (app: App): Handler => {
    const usesDatabase = contract.faults.includes('database_unavailable')
    // All of it needs the configuration, which is read with the first request.
    const limit = once(() =>
      concurrencyLimit(usesDatabase ? app.config().limits.requestsAtOnce : Number.POSITIVE_INFINITY),
    )
    const limitsRate = contract.faults.includes('too_many_sends')
    const spend = once(() => rateLimiter(limitsRate ? app.config().limits.sendRate : undefined))
    const readInput = inputReader(contract.input, pathTemplate(contract.path))
    const work = async (exchange: Exchange): Promise<Answer> => {
      const { request, call } = exchange
      refuseOtherMethods(request.method, contract.method)
      const { user, token } = contract.authenticated ? await authenticatorOf(app)(request.headers) : NOBODY
      const ctx = app.contextFor(call, exchange)
      call.permission = token && permission(app.isVoid(token, ctx))
      // Before any validation, so that invalid requests count too; whoever has a withdrawn token spends nothing of its owner's.
      if (user) spend()(user, ctx.now())
      const input = readInput(request)
      const command = contract.toCommand(input, user as Caller, token, request)
      const reservation = contract.replyBytes && (await reserve(app, contract.replyBytes(command), call))
      try {
        const outcome = await permitted(call, useCase(command, ctx))
        if (!(outcome instanceof Decided)) return { reply: contract.toReply(outcome) }
        return { reply: contract.toReply(outcome.result), followUp: outcome.followUp }
      } finally {
        reservation?.release()
      }
    }

    const answer: Handler['answer'] = async (request, remainingMs) => {
      const exchange = new Exchange(request, contract.operation, remainingMs, app.log)
      try {
        const leave = limit().enter()
        try {
          // The place is held until the reply, which has a deadline: work that hangs cannot keep it any longer.
          const reply = usesDatabase
            ? await untilDeadline(exchange, work(exchange), contract)
            : (await work(exchange)).reply
          return exchange.succeed(reply)
        } finally {
          leave()
        }
      } catch (error) {
        return exchange.fail(error)
      }
    }

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

/** One for all operations of an app: none has to verify what another one has verified. */
const authenticators = new WeakMap<App, Authenticate>()
const authenticatorOf = (app: App): Authenticate => {
  const known = authenticators.get(app) ?? authenticator(app.config().auth)
  authenticators.set(app, known)
  return known
}

/** A request that has waited for half of its deadline has no time left to wait for the database. */
const reserve = (app: App, bytes: number, call: Call) =>
  app.replyBytes().reserve(bytes, call.remainingMs() / 2)

const NOBODY: { user?: UserId; token?: TokenIdentity } = {}

/** Undefined if it is given already. @throws the refusal, at once if it is known already; nobody need wait for it. */
const permission = (isVoid: boolean | Promise<boolean>): Promise<void> | undefined => {
  const withdrawn = () => new Fault('unauthorized', 'the token is withdrawn', { headers: INVALID_TOKEN })
  if (isVoid === true) throw withdrawn()
  if (isVoid === false) return undefined
  const found = isVoid.then((found) => {
    if (found) throw withdrawn()
  })
  found.catch(() => undefined)
  return found
}

/** Nothing is answered, neither a result nor a failure, to somebody whose token is withdrawn. */
const permitted = <Result>({ permission }: Call, work: Promise<Result>): Promise<Result> => {
  if (!permission) return work
  work.catch(() => undefined)
  return permission.then(() => work)
}

/** A function URL, or a route for any method, passes every request on. */
const refuseOtherMethods = (asked: string | undefined, method: Description['method']) => {
  const allowed = method === 'GET' ? ['GET', 'HEAD'] : [method]
  if (asked === undefined || allowed.includes(asked)) return
  throw new Fault('method_not_allowed', asked, { headers: { allow: allowed.join(', ') } })
}

/**
 * The caller gets a reply even if the database hangs, and nothing is written after a reply that says "not stored". A
 * decided reply is held back until its follow-up ends, since a function may be frozen afterwards, but never changed by it.
 * @param faults of the operation: a read may repair what it finds, but leaves nothing of the caller's in doubt
 */
const untilDeadline = async (
  exchange: Exchange,
  work: Promise<Answer>,
  { faults }: Pick<Description, 'faults'>,
): Promise<Reply> => {
  const mayDoubt = faults.includes('write_in_doubt')
  const { reply, followUp } = await beforeDeadline(exchange.call, work, mayDoubt)
  if (followUp)
    await beforeDeadline(exchange.call, followUp, mayDoubt).catch((err) =>
      exchange.log.warn({ err }, 'what follows the reply was not finished'),
    )
  return reply
}

/** Not Promise.race, which makes four promises and ten functions for this. */
const beforeDeadline = <Result>(call: Call, work: Promise<Result>, mayDoubt: boolean): Promise<Result> =>
  new Promise((resolve, reject) => {
    const pass = () => {
      call.giveUp()
      const kind = mayDoubt && call.writes > 0 ? 'write_in_doubt' : 'database_unavailable'
      reject(new Fault(kind, 'the deadline has passed'))
    }
    const timer = setTimeout(pass, Math.max(0, call.remainingMs()))
    const settle =
      <Value>(end: (value: Value) => void) =>
      (value: Value) => {
        clearTimeout(timer)
        end(value)
      }
    work.then(settle(resolve), settle(reject))
  })
