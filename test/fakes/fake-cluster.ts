/** The service's functions in this process, on a fake cluster with the current schema. */
import { openApp } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import type { Metrics } from '../../lib/metrics/metrics.ts'
import * as given from '../sentences/given.ts'
import { a_place_to_serve } from '../world/keyspace.ts'
import { handlersOf, inProcess, throughEvents } from '../world/service.ts'
import { openCluster, type Plan } from './cql/cluster.ts'
import type { Node } from './cql/node.ts'

export const a_fake_cluster = async (plan: Plan) => {
  const cluster = await openCluster(plan)
  const { credentials, variables } = await a_place_to_serve(cluster.variables)
  const sumOf = (figure: (node: Node) => number) => cluster.nodes.reduce((sum, node) => sum + figure(node), 0)
  const apps: { close: () => Promise<void> }[] = []
  return {
    ...cluster,
    variables,
    alice: await given.a_stranger(credentials, 'alice'),
    bob: await given.a_stranger(credentials, 'bob'),
    credentials,
    /** Another instance, without a connection yet. */
    an_instance: (more: Record<string, string> = {}, metrics?: Metrics) => {
      const lines: string[] = []
      const log = openLog({ write: (line) => void lines.push(line) })
      const app = openApp({ ...variables, ...more }, log, { metrics })
      apps.push(app)
      /** As in a runtime that gives each invocation this much time. */
      const serviceWithin = (ms: number) =>
        throughEvents(handlersOf(app), 'httpApi2', { getRemainingTimeInMillis: () => ms })
      return { app, service: inProcess(app), serviceWithin, lines }
    },
    /** Connections to all nodes that are open now. */
    connections: () => sumOf(({ openConnections }) => openConnections()),
    /** Connections to all nodes that were ever opened. */
    opened: () => sumOf(({ counts }) => counts.opened),
    executed: () => sumOf(({ counts }) => counts.frames.EXECUTE ?? 0),
    everyNode: async (does: Parameters<(typeof cluster.nodes)[0]['behave']>[0]) => {
      await Promise.all(cluster.nodes.map(({ behave }) => behave(does)))
    },
    close: async () => {
      for (const app of apps) await app.close()
      await cluster.close()
    },
  }
}
