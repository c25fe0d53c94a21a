/** Threads with a function's bundle: started on demand, replaced after a build, never terminated during a request. */
import { Worker } from 'node:worker_threads'
import { Fault } from '../../lib/errors.ts'

/** The function did not answer: what it has done is unknown. */
export class Unanswered extends Error {}

export type Size = {
  /** The most threads of one function. */
  threads: number
  /** Concurrent requests of one thread. */
  atOnce: number
}
export type Threads = {
  /**
   * @throws Fault `overloaded` when no thread is free
   * @throws Unanswered when the function takes too long, or its thread ends
   * @throws whatever the function throws
   */
  run: (event: unknown, timeoutMs: number) => Promise<unknown>
  /** The bundle is loaded again for new requests; those in flight end in the thread they began in. */
  replace: () => void
}

export const threadsOf = (bundle: string, env: NodeJS.ProcessEnv, size: Size): Threads => {
  const threads = new Set<Thread>()
  const start = () => {
    const thread = openThread(bundle, env, () => threads.delete(thread))
    threads.add(thread)
    return thread
  }
  return {
    run: async (event, timeoutMs) => {
      const free = [...threads].find((thread) => thread.inFlight() < size.atOnce)
      if (!free && threads.size >= size.threads) throw new Fault('overloaded', 'every thread is busy')
      return (free ?? start()).run(event, timeoutMs)
    },
    replace: () => {
      for (const thread of threads) thread.retire()
    },
  }
}

type Thread = {
  run: Threads['run']
  inFlight: () => number
  /** Gets no new requests, and ends once none is in flight. */
  retire: () => void
}
type Answer = { id: number; result?: unknown; error?: unknown }

/** @param onLeave called when the thread gets no new requests any more; possibly more than once */
const openThread = (bundle: string, env: NodeJS.ProcessEnv, onLeave: () => void): Thread => {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: bundle, env })
  const inFlight = new Map<number, PromiseWithResolvers<unknown>>()
  let [count, isRetired] = [0, false]
  const settle = (id: number, { result, error }: Omit<Answer, 'id'>) => {
    if (error === undefined) inFlight.get(id)?.resolve(result)
    else inFlight.get(id)?.reject(error)
    inFlight.delete(id)
    if (isRetired && inFlight.size === 0) void worker.terminate()
  }
  const retire = () => {
    isRetired = true
    onLeave()
    if (inFlight.size === 0) void worker.terminate()
  }
  const end = (error: unknown) => {
    retire()
    for (const id of inFlight.keys()) settle(id, { error })
  }
  worker.on('message', ({ id, ...answer }: Answer) => settle(id, answer))
  worker.once('error', (cause) => end(new Unanswered('the thread of a function has failed', { cause })))
  worker.once('exit', (code) => end(new Unanswered(`the thread of a function has ended (exit code ${code})`)))
  return {
    inFlight: () => inFlight.size,
    retire,
    run: async (event, timeoutMs) => {
      count += 1
      const id = count
      const answered = Promise.withResolvers<unknown>()
      inFlight.set(id, answered)
      worker.postMessage({ id, event, timeoutMs })
      // It may hang: other requests in flight there get their full time, but it gets no new ones.
      const timer = setTimeout(() => {
        settle(id, { error: new Unanswered(`no answer within ${timeoutMs} ms`) })
        retire()
      }, timeoutMs)
      return answered.promise.finally(() => clearTimeout(timer))
    },
  }
}
