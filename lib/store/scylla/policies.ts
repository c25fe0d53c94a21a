/** Which nodes get a statement, and in which order: connected and live ones first; a second one for a slow read. */
import {
  type Client,
  type EmptyCallback,
  type ExecutionOptions,
  type Host,
  type HostMap,
  policies,
  types,
} from 'cassandra-driver'
import { Attempts } from './attempts.ts'
import { isConnected, orderBy } from './insides.ts'
import type { Nodes } from './nodes.ts'
import { replicasByToken } from './tokens.ts'

const { LoadBalancingPolicy } = policies.loadBalancing

/** The driver's own order, replicas first, with silent nodes last; optionally limited to a number of nodes. */
export class LiveNodesFirst extends LoadBalancingPolicy {
  private order = orderBy(() => null)
  private readonly nodes: Nodes
  private readonly most: number
  private readonly chosen = new Set<Host>()

  /** @param most how many nodes to connect to: a function needs only a few of a large cluster */
  constructor(nodes: Nodes, most = Number.POSITIVE_INFINITY) {
    super()
    this.nodes = nodes
    this.most = most
  }

  override init(client: Client, hosts: HostMap, callback: EmptyCallback) {
    this.order = orderBy(replicasByToken(client.metadata))
    this.order.init(client, hosts, (error) => {
      hosts.on('remove', (host: Host) => this.chosen.delete(host))
      // In random order, or all instances would pick the same few; the node that is already connected comes first.
      const shuffled = hosts
        .values()
        .map((host) => ({ host, place: isConnected(host) ? 0 : Math.random() }))
        .sort((a, b) => a.place - b.place)
      for (const { host } of shuffled) this.getDistance(host)
      callback(error)
    })
  }

  override getDistance(host: Host) {
    const distance = this.order.getDistance(host)
    if (distance !== types.distance.local || this.chosen.has(host)) return distance
    if (this.chosen.size >= this.most) return types.distance.ignored
    this.chosen.add(host)
    return distance
  }

  /** The driver passes no options for a PREPARE, nor for the control connection. */
  override newQueryPlan(
    keyspace: string,
    options: ExecutionOptions | null,
    callback: (error: Error, plan: Iterator<Host>) => void,
  ) {
    const retry = options?.getRetryPolicy()
    const attempts = retry instanceof Attempts ? retry : undefined
    this.order.newQueryPlan(keyspace, options as ExecutionOptions, (error, plan) =>
      callback(
        error,
        planOf(
          this.silentLast(plan as IterableIterator<Host>),
          () => attempts?.begin() ?? true,
          this.nodes.unheard,
        ),
      ),
    )
  }

  private *silentLast(plan: Iterable<Host>): Generator<Host> {
    const silent: Host[] = []
    for (const host of plan) {
      if (!isConnected(host)) continue
      if (this.nodes.isSilent(host)) silent.push(host)
      else yield host
    }
    yield* silent
  }
}

/**
 * Yields the next node if another attempt is allowed. If it is not, because the previous node is only slow, it may be
 * allowed later, once that one has failed.
 * @param unheard called for a node when another one is requested: it has failed, or is slow
 */
export const planOf = <Node>(
  nodes: Iterator<Node>,
  mayBegin: () => boolean,
  unheard: (node: Node, sinceMs: number) => void,
): Iterator<Node> => {
  let asked: { node: Node; sinceMs: number } | undefined
  let upcoming: IteratorResult<Node> | undefined
  return {
    next: () => {
      if (asked) unheard(asked.node, asked.sinceMs)
      upcoming ??= nodes.next()
      if (upcoming.done || !mayBegin()) return { done: true, value: undefined }
      const { value } = upcoming
      upcoming = undefined
      asked = { node: value, sinceMs: performance.now() }
      return { done: false, value }
    },
  }
}

/** Speculative execution for reads only, which have no side effects. */
export class ReadsOnly extends policies.speculativeExecution.ConstantSpeculativeExecutionPolicy {
  override newPlan(keyspace: string, query: string | object[]) {
    const isRead = typeof query === 'string' && query.startsWith('SELECT')
    return isRead ? super.newPlan(keyspace, query) : { nextExecution: () => -1 }
  }
}
