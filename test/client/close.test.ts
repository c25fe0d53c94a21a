import { afterEach, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import { until } from '../world/until.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
afterEach(() => cluster.close())

test('a client is closed once its statements in flight have ended, and not before', async () => {
  cluster = await a_fake_cluster({ nodes: 3 })
  const config = readDatabaseConfig(cluster.variables)
  const database = await connect(config, config.keyspace)
  const store = storeOn(database.within(startCall(4_500)))
  await store.databaseTime()
  for (const node of cluster.nodes) node.delay(400)
  const answer = store.databaseTime()
  const closed = database.close()
  expect(await answer).toBeGreaterThan(0)
  await closed
  await until('no connection', () => cluster.connections() === 0)
})
