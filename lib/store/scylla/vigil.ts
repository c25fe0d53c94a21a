/** Whether a client can still be trusted: what is left of its connections is found out by asking, all at once. */
import { type Client, type Host, policies } from 'cassandra-driver'
import { isConnected } from './insides.ts'
import type { Nodes } from './nodes.ts'
import { watchForPauses } from './pauses.ts'

export type Vigil = {
  /** To be awaited before a statement: after a freeze, until the first node has answered, or none did; else nothing. */
  wake: () => Promise<void> | undefined
  /** A statement was not answered in time: if no node says anything any more, they are asked. */
  examine: () => void
  /** No node answers. */
  isOver: () => boolean
  stop: () => void
}

/** Of a query that a node answers by itself: short, since it waits in front of the first request after a freeze. */
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
        // Whoever has not answered when the first one has is asked last, until it does.
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

/** On the connection that is there: `host` leaves no other, and what is not idempotent is not asked twice. */
const answer = (client: Client, host: Host) =>
  client.execute(PROBE, [], {
    host,
    prepare: false,
    isIdempotent: false,
    readTimeout: PROBE_MS,
    retry: new policies.retry.FallthroughRetryPolicy(),
  })
