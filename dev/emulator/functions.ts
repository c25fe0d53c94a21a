/** The functions as the emulator runs them, and the reply for a function that fails: an honest one, in the service's format. */
import { pathToFileURL } from 'node:url'
import { Fault } from '../../lib/errors.ts'
import { Exchange, type HttpResponse } from '../../lib/http/exchange.ts'
import { readEvent } from '../../lib/http/request.ts'
import { refOf, withRef } from '../../lib/http/socket.ts'
import type { Log } from '../../lib/log.ts'
import { NO_METRICS } from '../../lib/metrics/metrics.ts'
import { eventAsSent } from './requests.ts'
import { isFrame, isHandshake, rememberAnswer } from './sockets.ts'
import { type Size, type Threads, threadsOf, Unanswered } from './threads.ts'

export type FunctionSettings = {
  name: string
  /** The file with the code. */
  bundle: string
  /** Its complete environment. */
  env: NodeJS.ProcessEnv
  timeoutMs: number
  size: Size
}
type Handler = (event: Fields) => Promise<HttpResponse>
type Fields = Record<string, unknown>

const all: Threads[] = []

/** By the name of the function; serverless-offline finds them through handlers.mjs. */
export const handlers: Record<string, Handler> = {}

export const prepare = ({ name, bundle, env, timeoutMs, size }: FunctionSettings, log: Log): void => {
  const threads = threadsOf(pathToFileURL(bundle).href, env, size)
  all.push(threads)
  handlers[name] = async (received) => {
    const event = eventAsSent(received)
    const reply = await answer(event, threads, { name, timeoutMs }, log)
    if (isHandshake(event)) rememberAnswer(event, reply)
    return isFrame(event) ? answerToFrame(event, reply) : reply
  }
}

type Invocation = Pick<FunctionSettings, 'name' | 'timeoutMs'>
const answer = async (event: Fields, threads: Threads, { name, timeoutMs }: Invocation, log: Log) => {
  try {
    return replyOf(await threads.run(event, timeoutMs))
  } catch (error) {
    return refusal(event, name, mayWrite(event) ? inDoubt(error) : error, log)
  }
}

/** A function that failed has not made one. */
const answerToFrame = (event: Fields, reply: HttpResponse): HttpResponse =>
  reply.statusCode < 400 ? reply : { ...reply, body: withRef(reply, refOf(event)) }

/** After a build. */
export const replaceAll = (): void => {
  for (const threads of all) threads.replace()
}

/** @param event only its headers are needed */
export const refusal = (event: Fields, operation: string, error: unknown, log: Log): HttpResponse =>
  new Exchange(readEvent(event), operation, undefined, { log, metrics: NO_METRICS }).fail(error)

/** serverless-offline would answer 200 for a result without a status. */
const replyOf = (result: unknown): HttpResponse => {
  const reply = result as HttpResponse | undefined
  if (typeof reply?.statusCode === 'number') return reply
  throw new Error('the function answered without a status')
}

const mayWrite = ({ requestContext }: Fields) =>
  (requestContext as { http?: { method?: string } } | undefined)?.http?.method !== 'GET'

const inDoubt = (error: unknown) =>
  error instanceof Unanswered ? new Fault('write_in_doubt', error.message, { cause: error }) : error
