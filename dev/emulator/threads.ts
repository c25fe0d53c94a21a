/** Threads that each hold a bundle of a function: started when needed, replaced as a whole, never killed under a request. */
import { Worker } from 'node:worker_threads'
import { Fault } from '../../lib/errors.ts'

/** Nobody knows what the function has done by then. */
export class Unanswered extends Error {}

export type Size = {
  /** Of one function. */
  threads: number
  /** Requests that one thread works on. */
  atOnce: number
}
export type Threads = {
  /**
   * @throws Fault `overloaded` when there is room in no thread
   * @throws Unanswered when it takes too long, or its thread ends
   * @throws whatever the function throws
   */
  run: (event: unknown, timeoutMs: number) => Promise<unknown>
  /** From now on the bundle is read anew; what is under way ends where it began. */
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
      const free = [...threads].find((thread) => thread.underWay() < size.atOnce)
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
  underWay: () => number
  /** Takes nothing new, and ends once nothing is under way. */
  retire: () => void
}
type Answer = { id: number; result?: unknown; error?: unknown }

/** @param onLeave called when the thread takes nothing new any more, and perhaps again */
const openThread = (bundle: string, env: NodeJS.ProcessEnv, onLeave: () => void): Thread => {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: bundle, env })
  const underWay = new Map<number, PromiseWithResolvers<unknown>>()
  let [count, isRetired] = [0, false]
  const settle = (id: number, { result, error }: Omit<Answer, 'id'>) => {
    if (error === undefined) underWay.get(id)?.resolve(result)
    else underWay.get(id)?.reject(error)
    underWay.delete(id)
    if (isRetired && underWay.size === 0) void worker.terminate()
  }
  const retire = () => {
    isRetired = true
    onLeave()
    if (underWay.size === 0) void worker.terminate()
  }
  const end = (error: unknown) => {
    retire()
    for (const id of underWay.keys()) settle(id, { error })
  }
  worker.on('message', ({ id, ...answer }: Answer) => settle(id, answer))
  worker.once('error', (cause) => end(new Unanswered('the thread of a function has failed', { cause })))
  worker.once('exit', (code) => end(new Unanswered(`the thread of a function has ended (exit code ${code})`)))
  return {
    underWay: () => underWay.size,
    retire,
    run: async (event, timeoutMs) => {
      count += 1
      const id = count
      const answered = Promise.withResolvers<unknown>()
      underWay.set(id, answered)
      worker.postMessage({ id, event, timeoutMs })
      // It may hang: others under way there get their own time, but nothing new is given to it.
      const timer = setTimeout(() => {
        settle(id, { error: new Unanswered(`no answer within ${timeoutMs} ms`) })
        retire()
      }, timeoutMs)
      return answered.promise.finally(() => clearTimeout(timer))
    },
  }
}
