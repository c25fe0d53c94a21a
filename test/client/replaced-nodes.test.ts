import { afterEach, expect, test } from '@jest/globals'
import type { Node } from '../fakes/cql/node.ts'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { until } from '../world/until.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
afterEach(() => cluster.close())

test('an instance outlives all the nodes it started with, and then the loss of all its connections', async () => {
  cluster = await a_fake_cluster({ nodes: 3 })
  const { service } = cluster.an_instance()
  const { alice, bob } = cluster
  const texts = ['before']
  then.it_succeeds(await when.they_send(service, alice, bob, 'before'))
  await until('a connection to each node', () => cluster.connections() === 3)
  for (const replaced of [...cluster.nodes]) {
    const joined = await cluster.add()
    await until('a connection to the new node', () => joined.openConnections() === 1)
    await cluster.remove(replaced)
    // The driver reads the list of nodes and then registers for events: it would miss a change in between.
    await until('the driver listens for events', () => cluster.nodes.some((node) => node.hasListeners()))
    const text = `without ${replaced.address}`
    then.it_succeeds(await when.they_send(service, alice, bob, text))
    texts.push(text)
  }
  const isContactPoint = ({ address }: Node) => cluster.variables['CQL_CONTACT_POINTS']?.includes(address)
  expect(cluster.nodes.filter(isContactPoint)).toEqual([])
  await until('a connection to each node', () => cluster.connections() === 3)
  for (const node of cluster.nodes) node.resetConnections()
  then.it_succeeds(await when.they_insist(service, alice, bob, 'after'))
  await then.the_dialog_holds(service, alice, bob, [...texts, 'after'])
})
