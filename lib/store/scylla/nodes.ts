/** Which nodes are silent: they are tried last until they answer, or for some seconds. */
import { type ExecutionOptions, errors, type Host } from 'cassandra-driver'
import type { Budget } from './budget.ts'
import { RequestTracker } from './insides.ts'

/** A node whose statement waits longer is suspect: from here on, reads are also sent to a second node. */
export const SLOW_MS = 200
/**
 * After that the node is tried again. By then the driver knows whether its connection is dead: it sends a heartbeat on idle
 * ones every HEARTBEAT_MS, closes those without an answer within 1.5 s, and reconnects.
 */
const SILENCE_MS = 5_000
export const HEARTBEAT_MS = 3_000

export type Nodes = {
  isSilent: (host: Host) => boolean
  heard: (host: Host) => void
  /** A statement sent to it at `sinceMs` (performance.now()) has not been answered yet. */
  unheard: (host: Host, sinceMs: number) => void
  /** It is being probed, and counts as silent until it answers. */
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

/** Observes every attempt at a statement, and records which nodes answer. */
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
