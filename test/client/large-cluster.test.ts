import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { until } from '../world/until.ts'

describe('in a cluster of 60 nodes', () => {
  let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
  beforeAll(async () => {
    cluster = await a_fake_cluster({ nodes: 60 })
    await until('no connection', () => cluster.connections() === 0)
  })
  afterAll(() => cluster.close())

  test('a function connects to three of them at random, and serves with any one of these', async () => {
    const { service, app } = cluster.an_instance({ AWS_LAMBDA_FUNCTION_NAME: 'send' })
    const { alice, bob } = cluster
    then.it_succeeds(await when.they_send(service, alice, bob, 'first'))
    await until('three connections', () => cluster.connections() === 3)
    const [last, ...others] = cluster.nodes.filter(({ openConnections }) => openConnections() > 0)
    for (const node of others) await node.behave('dead')
    for (const text of ['second', 'third']) then.it_succeeds(await when.they_send(service, alice, bob, text))
    await last?.behave('dead')
    then.it_succeeds(await when.they_insist(service, alice, bob, 'fourth'))
    await then.the_dialog_holds(service, alice, bob, ['first', 'second', 'third', 'fourth'])
    await app.close()
    for (const node of [last, ...others]) await node?.behave('answering')
    await until('no connection', () => cluster.connections() === 0)
  })

  test('a server connects to all of them, and reads from replicas only', async () => {
    const { service, app } = cluster.an_instance()
    const { alice, bob } = cluster
    then.it_succeeds(await when.they_list(service, alice, bob))
    await until('a connection to each node', () => cluster.connections() === 60)
    const before = cluster.nodes.map(({ counts }) => counts.frames.EXECUTE ?? 0)
    for (let n = 0; n < 60; n += 1) then.it_succeeds(await when.they_list(service, alice, bob))
    const asked = cluster.nodes.filter(
      ({ counts }, index) => (counts.frames.EXECUTE ?? 0) > Number(before[index]),
    )
    // Three replicas of the index's partition, and three of the messages'.
    expect(asked.length).toBeLessThanOrEqual(6)
    await app.close()
    await until('no connection', () => cluster.connections() === 0)
  })
})
