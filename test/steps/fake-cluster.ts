/** The service's functions in this process, on a fake cluster that is migrated. */
import { openApp } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import { openCluster, type Plan } from '../fakes/cql/cluster.ts'
import * as given from './given.ts'
import { a_place_to_serve } from './keyspace.ts'
import { inProcess } from './service.ts'

export const a_fake_cluster = async (plan: Plan) => {
  const cluster = await openCluster(plan)
  const { credentials, variables } = await a_place_to_serve(cluster.variables)
  const apps: { close: () => Promise<void> }[] = []
  return {
    ...cluster,
    variables,
    alice: await given.a_stranger(credentials, 'alice'),
    bob: await given.a_stranger(credentials, 'bob'),
    credentials,
    /** An instance of its own, without a connection yet. */
    an_instance: (more: Record<string, string> = {}) => {
      const lines: string[] = []
      const app = openApp({ ...variables, ...more }, openLog({ write: (line) => void lines.push(line) }))
      apps.push(app)
      return { app, service: inProcess(app), lines }
    },
    /** Open now, at all nodes. */
    connections: () => cluster.nodes.reduce((sum, { openConnections }) => sum + openConnections(), 0),
    everyNode: async (does: Parameters<(typeof cluster.nodes)[0]['behave']>[0]) => {
      await Promise.all(cluster.nodes.map(({ behave }) => behave(does)))
    },
    close: async () => {
      for (const app of apps) await app.close()
      await cluster.close()
    },
  }
}
