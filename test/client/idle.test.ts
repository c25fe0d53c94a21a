import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { timed, until } from '../world/until.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
let instance: ReturnType<(typeof cluster)['an_instance']>
const clock = { aheadMs: 0 }
/** Two statements, one after the other, are given up no sooner than this: a request that waits for both takes longer. */
const TWO_TIME_OUTS_MS = 3_000

beforeEach(async () => {
  const now = Date.now
  clock.aheadMs = 0
  jest.spyOn(Date, 'now').mockImplementation(() => now() + clock.aheadMs)
  cluster = await a_fake_cluster({ nodes: 3 })
  instance = cluster.an_instance()
  const { alice, bob } = cluster
  then.it_succeeds(await when.they_send(instance.service, alice, bob, 'before'))
  await until('a connection to each node', () => cluster.connections() === 3)
  // Now each statement is prepared on each node.
  for (let n = 0; n < 6; n += 1) then.it_succeeds(await when.they_list(instance.service, alice, bob))
})
afterEach(async () => {
  await cluster.close()
  jest.restoreAllMocks()
})

const list = () => timed(when.they_list(instance.service, cluster.alice, cluster.bob))
/** Nothing of this process runs meanwhile: only the clock shows it. */
const freeze = (seconds: number) => {
  clock.aheadMs += seconds * 1_000
}

test('an instance that is idle for 32 s, and was not frozen, keeps its connections', async () => {
  const opened = cluster.opened()
  for (let passed = 0; passed < 8; passed += 1) {
    await sleep(1_000)
    clock.aheadMs += 3_000
  }
  then.it_succeeds((await list()).result)
  expect(cluster.opened()).toBe(opened)
})

test('after a freeze, connections that answer are kept, and those that do not are asked last', async () => {
  const opened = cluster.opened()
  const [one, answering, other] = cluster.nodes
  one?.silenceConnections()
  other?.silenceConnections()
  freeze(60)
  /** The first node that each statement of a request is sent to: a second one may be asked if the machine is slow. */
  const asked = new Map<string, string>()
  cluster.intercept(({ kind, cql, address }) => {
    if (kind === 'EXECUTE' && !asked.has(cql)) asked.set(cql, address)
    return undefined
  })
  for (let n = 0; n < 12; n += 1) {
    asked.clear()
    then.it_succeeds((await list()).result)
    expect(new Set(asked.values())).toEqual(new Set([answering?.address]))
  }
  expect(cluster.opened()).toBe(opened)
})

test('a connection that goes silent is detected and replaced, even if it is not used', async () => {
  const [node] = cluster.nodes
  const opened = Number(node?.counts.opened)
  node?.silenceConnections()
  await until('a new connection', () => Number(node?.counts.opened) > opened)
  await until('the old one is closed', () => node?.openConnections() === 1)
  for (let n = 0; n < 6; n += 1) then.it_succeeds((await list()).result)
})

test.each([
  ['went silent', 'silenceConnections'],
  ['were reset', 'resetConnections'],
] as const)(
  'after a freeze in which all connections %s, the first request is answered over new ones',
  async (_, fate) => {
    const opened = cluster.opened()
    for (const node of cluster.nodes) node[fate]()
    freeze(60)
    const { result, tookMs } = await list()
    then.it_succeeds(result)
    expect(tookMs).toBeLessThan(TWO_TIME_OUTS_MS)
    expect(cluster.opened()).toBeGreaterThan(opened)
  },
)

test('after a freeze, when two of three contact points stay silent, the first request finds the third', async () => {
  for (const node of cluster.nodes) node.silenceConnections()
  for (const node of cluster.nodes.slice(0, 2)) await node.behave('silent')
  freeze(60)
  const { result, tookMs } = await list()
  then.it_succeeds(result)
  expect(tookMs).toBeLessThan(TWO_TIME_OUTS_MS)
})
