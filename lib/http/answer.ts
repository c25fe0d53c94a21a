/** What every operation does with a request: who asks, may they, what do they want, until when; and the one reply. */
import type { Call } from '../call.ts'
import type { App, Context } from '../context.ts'
import type { AnyContract, Reply } from '../contract/contract.ts'
import { Fault, type FaultKind } from '../errors.ts'
import { once } from '../lazy.ts'
import type { UserId } from '../model/ids.ts'
import { Decided } from '../model/operations.ts'
import type { TokenIdentity } from '../model/token.ts'
import { concurrencyLimit } from './concurrency-limit.ts'
import { type Asked, Exchange, type HttpResponse } from './exchange.ts'
import { INVALID_TOKEN } from './problem.ts'
import { rateLimiter, type Spend } from './rate-limiter.ts'

/** Who asks, and from where. */
type Who<From> = { user?: UserId; token?: TokenIdentity; from: From }
/** The two steps in which requests over HTTP and frames of a connection differ. */
type Door<Request, Input, From> = {
  /** @throws Fault `unauthorized`, `keys_unavailable` */
  identify: (request: Request, ctx: Context) => Promise<Who<From>>
  /** @throws Fault of an input that is not valid */
  read: (request: Request) => Input
}
/** A reply, and the work that follows once it is decided. */
type Answer = { reply: Reply; followUp?: Promise<void> | undefined }

/** Never rejects. @param remainingMs the time the runtime leaves, if it limits any */
export type Answering<Request> = (request: Request, remainingMs?: number) => Promise<HttpResponse>

export const answering = <
  Request extends Asked,
  Input,
  Caller extends UserId | undefined,
  Command,
  Result,
  From,
>(
  app: App,
  contract: AnyContract<Input, Caller, Command, Result, From>,
  useCase: (command: Command, ctx: Context) => Promise<Result | Decided<Result>>,
  { identify, read }: Door<Request, Input, From>,
): Answering<Request> => {
  const usesDatabase = contract.faults.includes('database_unavailable')
  // All of it needs the configuration, which is read with the first request.
  const limit = once(() =>
    concurrencyLimit(usesDatabase ? app.config().limits.requestsAtOnce : Number.POSITIVE_INFINITY),
  )
  const limitsRate = contract.faults.includes('too_many_sends')
  const work = async (exchange: Exchange, request: Request): Promise<Answer> => {
    const { call } = exchange
    const ctx = app.contextFor(call, exchange)
    const { user, token, from } = await identify(request, ctx)
    call.permission = token && permission(app.isVoid(token, ctx))
    // Before any validation, so that invalid requests count too; whoever has a withdrawn token spends nothing of its owner's.
    if (user && limitsRate) sendRateOf(app)(user, ctx.now())
    const input = read(request)
    const command = contract.toCommand(input, user as Caller, token, from)
    const reservation = contract.replyBytes && (await reserve(app, contract.replyBytes(command), call))
    try {
      const outcome = await permitted(call, useCase(command, ctx))
      if (!(outcome instanceof Decided)) return { reply: contract.toReply(outcome) }
      return { reply: contract.toReply(outcome.result), followUp: outcome.followUp }
    } finally {
      reservation?.release()
    }
  }
  return async (request, remainingMs) => {
    const exchange = new Exchange(request, contract.operation, remainingMs, app.log, app.tracer)
    try {
      const leave = limit().enter()
      try {
        // The place is held until the reply, which has a deadline: work that hangs cannot keep it any longer.
        const reply = usesDatabase
          ? await untilDeadline(exchange, work(exchange, request), contract)
          : (await work(exchange, request)).reply
        return exchange.succeed(reply)
      } finally {
        leave()
      }
    } catch (error) {
      return exchange.fail(error)
    }
  }
}

/** One for all operations of an app: a message counts, whichever way it comes. */
const sendRates = new WeakMap<App, Spend>()
const sendRateOf = (app: App): Spend => {
  const known = sendRates.get(app) ?? rateLimiter(app.config().limits.sendRate)
  sendRates.set(app, known)
  return known
}

/** A request that has waited for half of its deadline has no time left to wait for the database. */
const reserve = (app: App, bytes: number, call: Call) =>
  app.replyBytes().reserve(bytes, call.remainingMs() / 2)

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

/**
 * The caller gets a reply even if the database hangs, and nothing is written after a reply that says "not stored". A
 * decided reply is held back until its follow-up ends, since a function may be frozen afterwards, but never changed by it.
 * @param faults of the operation: a read may repair what it finds, but leaves nothing of the caller's in doubt
 */
const untilDeadline = async (
  exchange: Exchange,
  work: Promise<Answer>,
  { faults }: { faults: FaultKind[] },
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
