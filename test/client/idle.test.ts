import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { timed, until } from '../world/until.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
let instance: ReturnType<(typeof cluster)['an_instance']>
const clock = { aheadMs: 0 }

beforeEach(async () => {
  const now = Date.now
  clock.aheadMs = 0
  jest.spyOn(Date, 'now').mockImplementation(() => now() + clock.aheadMs)
  cluster = await a_fake_cluster({ nodes: 3 })
  instance = cluster.an_instance()
  const { alice, bob } = cluster
  then.it_succeeds(await when.they_send(instance.service, alice, bob, 'before'))
  await until('a connection to each node', () => cluster.connections() === 3, 5_000)
  // Each node has each statement prepared.
  for (let n = 0; n < 6; n += 1) then.it_succeeds(await when.they_list(instance.service, alice, bob))
})
afterEach(async () => {
  await cluster.close()
  jest.restoreAllMocks()
})

const list = () => timed(when.they_list(instance.service, cluster.alice, cluster.bob))
/** In which nothing of this process ran: the clock alone shows it. */
const freeze = (seconds: number) => {
  clock.aheadMs += seconds * 1_000
}

test('an instance that is idle for 32 s, and was not frozen, keeps its connections', async () => {
  const opened = cluster.opened()
  for (let passed = 0; passed < 8; passed += 1) {
    await sleep(1_000)
    clock.aheadMs += 3_000
  }
  const { result, tookMs } = await list()
  then.it_succeeds(result)
  expect(tookMs).toBeLessThan(200)
  expect(cluster.opened()).toBe(opened)
}, 30_000)

test('after a freeze, connections that answer are kept: those that do not are asked last', async () => {
  const opened = cluster.opened()
  cluster.nodes[0]?.silenceConnections()
  cluster.nodes[2]?.silenceConnections()
  freeze(60)
  for (let n = 0; n < 12; n += 1) {
    const { result, tookMs } = await list()
    then.it_succeeds(result)
    expect(tookMs).toBeLessThan(200)
  }
  expect(cluster.opened()).toBe(opened)
})

test('a connection that went silent is found and replaced, though nothing was asked of it', async () => {
  const [node] = cluster.nodes
  const opened = Number(node?.counts.opened)
  node?.silenceConnections()
  await until('a new connection', () => Number(node?.counts.opened) > opened, 10_000)
  await until('the old one is closed', () => node?.openConnections() === 1, 5_000)
  for (let n = 0; n < 6; n += 1) then.it_succeeds((await list()).result)
}, 30_000)

test.each([
  ['went silent', 'silenceConnections'],
  ['were reset', 'resetConnections'],
] as const)(
  'after a freeze in which all connections %s, a request is answered over new ones within two seconds',
  async (_, fate) => {
    const opened = cluster.opened()
    for (const node of cluster.nodes) node[fate]()
    freeze(60)
    const { result, tookMs } = await list()
    then.it_succeeds(result)
    expect(tookMs).toBeLessThan(2_000)
    expect(cluster.opened()).toBeGreaterThan(opened)
  },
)

test('after a freeze, where two of three contact points are silent for good, the third one is found at once', async () => {
  for (const node of cluster.nodes) node.silenceConnections()
  for (const node of cluster.nodes.slice(0, 2)) await node.behave('silent')
  freeze(60)
  const { result, tookMs } = await list()
  then.it_succeeds(result)
  expect(tookMs).toBeLessThan(2_000)
})
