/** Which nodes give no sign of life: asked last, until they do, or for some seconds. */
import { type ExecutionOptions, errors, type Host } from 'cassandra-driver'
import type { Budget } from './budget.ts'
import { RequestTracker } from './insides.ts'

/** A statement that waits longer says something of its node: it is when a second one is asked for a read. */
export const SLOW_MS = 200
/**
 * Then it is tried again. By that time the driver has found out whether its connection is dead: an idle one is asked
 * every HEARTBEAT_MS, closed when it does not answer within 1.5 s, and opened anew.
 */
const SILENCE_MS = 5_000
export const HEARTBEAT_MS = 3_000

export type Nodes = {
  isSilent: (host: Host) => boolean
  heard: (host: Host) => void
  /** A statement that was handed to it at `sinceMs` (performance.now()) has not been answered yet. */
  unheard: (host: Host, sinceMs: number) => void
  /** Whether it is still there is being found out. */
  distrust: (host: Host) => void
}

export const watchNodes = (): Nodes => {
  const heardAt = new WeakMap<Host, number>()
  const silentUntil = new WeakMap<Host, number>()
  return {
    isSilent: (host) => (silentUntil.get(host) ?? 0) > performance.now(),
    heard: (host) => {
      heardAt.set(host, performance.now())
      silentUntil.delete(host)
    },
    unheard: (host, sinceMs) => {
      const hasAnsweredOthers = (heardAt.get(host) ?? Number.NEGATIVE_INFINITY) >= sinceMs
      const now = performance.now()
      if (!hasAnsweredOthers && now - sinceMs >= SLOW_MS) silentUntil.set(host, now + SILENCE_MS)
    },
    distrust: (host) => void silentUntil.set(host, performance.now() + SILENCE_MS),
  }
}

/** Hears what each node answers to statements, whichever of their attempts it was. */
export class Hearing extends RequestTracker {
  private readonly nodes: Nodes
  private readonly budget: Budget

  constructor(nodes: Nodes, budget: Budget) {
    super()
    this.nodes = nodes
    this.budget = budget
  }

  override onSuccess(host: Host) {
    this.nodes.heard(host)
    this.budget.succeeded()
  }

  override onError(
    host: Host,
    _query: unknown,
    _parameters: unknown,
    _options: ExecutionOptions,
    _length: number,
    error: Error,
    [seconds = 0, nanoseconds = 0]: number[],
  ) {
    if (error instanceof errors.ResponseError) this.nodes.heard(host)
    if (error instanceof errors.OperationTimedOutError)
      this.nodes.unheard(host, performance.now() - seconds * 1_000 - nanoseconds / 1_000_000)
  }
}
