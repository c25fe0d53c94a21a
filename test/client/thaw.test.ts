import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import type { HttpReply } from '../world/service.ts'
import { until } from '../world/until.ts'

const FREEZE_MS = 20_000
/** It is a matter of which packet is read first: of several thaws, some go one way and some the other. */
const THAWS = 6
/** For packets to arrive at sockets that nobody reads meanwhile. */
const ARRIVE_MS = 5

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
let aheadMs = 0
const opened: { close: () => void }[] = []
afterEach(async () => {
  for (const door of opened.splice(0)) door.close()
  jest.restoreAllMocks()
  await cluster.close()
})

describe('when a thawed instance finds its first request and the resets of all its connections in one tick', () => {
  test.each([1, 3])('of %d nodes, the request is answered over new ones', async (nodes) => {
    const now = Date.now
    jest.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs)
    cluster = await a_fake_cluster({ nodes })
    const { alice, bob } = cluster
    const { service } = cluster.an_instance()
    then.it_succeeds(await when.they_send(service, alice, bob, 'before'))
    await until('a connection to each node', () => cluster.connections() === nodes)
    for (let thaw = 0; thaw < THAWS; thaw += 1) {
      const answered = Promise.withResolvers<HttpReply>()
      const door = createServer((socket) =>
        socket.once('data', () =>
          when.they_list(service, alice, bob).then(answered.resolve, answered.reject),
        ),
      )
      opened.push(door)
      door.listen(0, '127.0.0.1')
      await once(door, 'listening')
      const caller = connect((door.address() as AddressInfo).port, '127.0.0.1')
      await once(caller, 'connect')
      await sleep(100)
      aheadMs += FREEZE_MS
      caller.write('a request')
      for (const node of cluster.nodes) node.resetConnections()
      const end = performance.now() + ARRIVE_MS
      while (performance.now() < end);
      then.it_succeeds(await answered.promise)
      caller.destroy()
      await until('a connection to each node', () => cluster.connections() === nodes)
    }
    expect(aheadMs).toBeGreaterThanOrEqual(THAWS * FREEZE_MS)
  })
})
