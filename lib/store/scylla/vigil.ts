/** Whether a client is still usable: probes its remaining connections, all in parallel. */
import { type Client, type Host, policies } from 'cassandra-driver'
import { isConnected } from './insides.ts'
import type { Nodes } from './nodes.ts'
import { watchForPauses } from './pauses.ts'

export type Vigil = {
  /** Await it before a statement: after a freeze, until the first node has answered, or none did; otherwise undefined. */
  wake: () => Promise<void> | undefined
  /** Call it when a statement timed out: if all nodes are silent, they are probed. */
  examine: () => void
  /** No node answers. */
  isOver: () => boolean
  stop: () => void
}

/** For a query that a node answers on its own: short, since it delays the first request after a freeze. */
const PROBE_MS = 500
const PROBE = 'SELECT key FROM system.local'

export const keepVigil = (client: Client, nodes: Nodes): Vigil => {
  const pauses = watchForPauses()
  let over = false
  let probing: Promise<void> | undefined
  const connected = () => client.hosts.values().filter(isConnected)
  const probe = (hosts: Host[]) => {
    probing ??= Promise.any(hosts.map((host) => answer(client, host)))
      .then(
        () => undefined,
        () => {
          over = true
        },
      )
      .finally(() => {
        probing = undefined
      })
    return probing
  }
  return {
    wake: () => {
      if (pauses.wasPaused()) {
        const hosts = connected()
        // Nodes that have not answered when the first one has are tried last, until they do.
        for (const host of hosts) nodes.distrust(host)
        probe(hosts)
      }
      return probing
    },
    examine: () => {
      const hosts = connected()
      if (hosts.every(nodes.isSilent)) probe(hosts)
    },
    isOver: () => over,
    stop: pauses.stop,
  }
}

/** On the existing connection: `host` allows no other node, and a statement that is not idempotent is not repeated. */
const answer = (client: Client, host: Host) =>
  client.execute(PROBE, [], {
    host,
    prepare: false,
    isIdempotent: false,
    readTimeout: PROBE_MS,
    retry: new policies.retry.FallthroughRetryPolicy(),
  })
