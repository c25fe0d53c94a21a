import { afterEach, expect, test } from '@jest/globals'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { until } from '../world/until.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
afterEach(() => cluster.close())

const an_instance_in_use = async () => {
  cluster = await a_fake_cluster({ nodes: 3 })
  const instance = cluster.an_instance()
  const { alice, bob } = cluster
  then.it_succeeds(await when.they_send(instance.service, alice, bob, 'hello'))
  await until('a connection to each node', () => cluster.connections() === 3)
  const list = () => when.they_list(instance.service, alice, bob)
  const all = (lists: number) => Promise.all(Array.from({ length: lists }, list))
  for (const reply of await all(12)) then.it_succeeds(reply)
  return { ...instance, list, all }
}

test('a slow database gets few more statements than a fast one, although a second node is asked for a slow read', async () => {
  const { all, lines } = await an_instance_in_use()
  const began = { lines: lines.length, executed: cluster.executed() }
  for (const node of cluster.nodes) node.delay(300)
  for (let round = 0; round < 10; round += 1) for (const reply of await all(40)) then.it_succeeds(reply)
  const statements = lines
    .slice(began.lines)
    .reduce((sum, line) => sum + (JSON.parse(line).round_trips ?? 0), 0)
  const more = cluster.executed() - began.executed - statements
  expect(statements).toBeGreaterThanOrEqual(800)
  expect(more).toBeGreaterThan(0)
  // A tenth, and what a new client may try: a budget of counts, whatever the speed.
  expect(more).toBeLessThan(statements / 10 + 25)
})

test('statements that time out are no reason to replace a client while its nodes answer', async () => {
  const { serviceWithin, list } = await an_instance_in_use()
  // Each lasts for one time-out of 1.5 s, and a part of the next.
  const short = () => when.they_list(serviceWithin(2_300), cluster.alice, cluster.bob)
  const opened = cluster.opened()
  cluster.intercept(({ kind }) => (kind === 'EXECUTE' ? 'silence' : undefined))
  for (let round = 0; round < 3; round += 1)
    for (const reply of await Promise.all(Array.from({ length: 5 }, short)))
      then.it_is_refused(reply, 'database_unavailable')
  cluster.intercept(() => undefined)
  then.it_succeeds(await list())
  expect(cluster.opened()).toBe(opened)
})

test('a database that does not answer is not asked by every request: requests fail early, and are served when it is back', async () => {
  const { all, list } = await an_instance_in_use()
  await cluster.everyNode('silent')
  for (const reply of await all(5)) then.it_is_refused(reply, 'database_unavailable')
  const executed = cluster.executed()
  for (let round = 0; round < 3; round += 1)
    for (const reply of await all(20)) then.it_is_refused(reply, 'database_unavailable')
  expect(cluster.executed()).toBe(executed)
  await cluster.everyNode('answering')
  const began = performance.now()
  let reply = await list()
  while (reply.status === 503) reply = await list()
  then.it_succeeds(reply)
  // Attempts to connect are at most 3 s apart: a backoff of a minute takes longer.
  expect(performance.now() - began).toBeLessThan(30_000)
})
