/** How the processes of `npm run serve` tell their metrics to the one that supervises them. */
import cluster, { type Worker } from 'node:cluster'
import type { Told } from '../lib/metrics/sum.ts'
import { within } from '../lib/within.ts'

const ASKED = 'metrics'
/** After which a process that has not answered is stuck. */
const ANSWER_MS = 1_000

type Answer = { metrics: Told }
const isAnswer = (message: unknown): message is Answer =>
  typeof message === 'object' && message !== null && 'metrics' in message

/** In a worker. */
export const tellWhenAsked = (tell: () => Promise<Told>): void => {
  const answer = async () => void process.send?.({ metrics: await tell() } satisfies Answer)
  process.on('message', (message) => {
    // One that cannot answer is stuck, and goes on serving.
    if (message === ASKED) answer().catch((error) => process.emitWarning(String((error as Error).stack)))
  })
}

/** In the supervisor. @returns asks one worker; undefined: it is stuck, or has ended */
export const askWorkers = (): ((worker: Worker) => Promise<Told | undefined>) => {
  /** By the id of a worker: a stuck one is asked once, however often it is looked at. */
  const waiting = new Map<number, PromiseWithResolvers<Told | undefined>>()
  const settle = ({ id }: Worker, told?: Told) => {
    waiting.get(id)?.resolve(told)
    waiting.delete(id)
  }
  cluster.on('message', (worker, message: unknown) => isAnswer(message) && settle(worker, message.metrics))
  cluster.on('exit', (worker) => settle(worker))
  return (worker) => {
    const known = waiting.get(worker.id)
    const asked = known ?? Promise.withResolvers<Told | undefined>()
    if (!known) {
      waiting.set(worker.id, asked)
      // It may be ending: then it is not there any more when it is counted.
      worker.send(ASKED, (error) => error && settle(worker))
    }
    return within(ANSWER_MS, asked.promise)
  }
}
