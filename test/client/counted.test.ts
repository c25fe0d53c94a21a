import { afterEach, expect, jest, test } from '@jest/globals'
import { openMetrics } from '../../lib/metrics/prometheus.ts'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { countsOf, seriesOf } from '../world/measured.ts'

const FREEZE_MS = 60_000

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
afterEach(async () => {
  jest.restoreAllMocks()
  await cluster.close()
})

test('clients and statements are counted: the first client, and the one in place of it after a freeze that its connections do not survive', async () => {
  cluster = await a_fake_cluster({ nodes: 1 })
  const { metrics, registry } = openMetrics()
  const { service } = cluster.an_instance({}, metrics)
  const { alice, bob } = cluster
  const series = async () => seriesOf(await registry.metrics())
  const clients = () => countsOf({ series }, 'dialogs_database_clients_total')
  expect(await clients()).toEqual({})
  then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
  expect(await clients()).toEqual({ first: 1 })
  expect(await countsOf({ series }, 'dialogs_statements_total')).toMatchObject({ 'insertMessage done': 1 })
  for (const node of cluster.nodes) node.silenceConnections()
  const now = Date.now
  jest.spyOn(Date, 'now').mockImplementation(() => now() + FREEZE_MS)
  then.it_succeeds(await when.they_list(service, alice, bob))
  expect(await clients()).toEqual({ first: 1, spent: 1 })
})
