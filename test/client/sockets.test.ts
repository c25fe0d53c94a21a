import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { timed, until } from '../world/until.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
afterEach(() => cluster.close())

/** In which the driver goes on trying, and an attempt that fails gives its sockets back. */
const MOST_SOCKETS = 9

describe('a database that takes connections and answers no query', () => {
  test('costs few sockets while it is so and none afterwards; requests fail soon, and are served again when it is over', async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    const { service } = cluster.an_instance()
    const { alice, bob } = cluster
    then.it_succeeds(await when.they_send(service, alice, bob, 'before'))
    await until('a connection to each node', () => cluster.connections() === 3, 5_000)
    await cluster.everyNode('greeting')
    const end = performance.now() + 12_000
    const foundOut = performance.now() + 5_000
    const tookMs: number[] = []
    const tookLaterMs: number[] = []
    let most = 0
    while (performance.now() < end) {
      const waits = performance.now() < foundOut ? tookMs : tookLaterMs
      const { result, tookMs: ms } = await timed(when.they_list(service, alice, bob))
      then.it_is_refused(result, 'database_unavailable')
      waits.push(ms)
      most = Math.max(most, cluster.connections())
      await sleep(20)
    }
    expect(most).toBeLessThanOrEqual(MOST_SOCKETS)
    expect(Math.max(...tookMs)).toBeLessThan(5_000)
    // Once that is found out, nobody waits for an attempt to connect for longer than a second.
    expect(tookLaterMs.length).toBeGreaterThan(2)
    expect(tookLaterMs.filter((ms) => ms > 1_500)).toEqual([])
    await cluster.everyNode('answering')
    const { tookMs: backAfterMs } = await timed(when.they_insist(service, alice, bob, 'after'))
    expect(backAfterMs).toBeLessThan(5_000)
    await until('the sockets that there were', () => cluster.connections() === 3, 5_000)
    await then.the_dialog_holds(service, alice, bob, ['before', 'after'])
  }, 60_000)

  test('leaves no socket behind where a client was to be opened', async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    await until('no connection', () => cluster.connections() === 0, 5_000)
    await cluster.everyNode('greeting')
    const config = readDatabaseConfig(cluster.variables)
    // Once with a port, as the driver tells addresses: each is tried once nevertheless.
    const known = cluster.nodes.map(({ address }) => `${address}:${config.port}`)
    const opened = cluster.opened()
    for (const _ of [1, 2]) {
      const connected = connect(config, config.keyspace, { known })
      await expect(connected).rejects.toMatchObject({ kind: 'database_unavailable' })
    }
    expect(cluster.opened() - opened).toBe(2 * cluster.nodes.length)
    await until('no connection', () => cluster.connections() === 0, 5_000)
  }, 30_000)
})

describe('a data centre that does not exist', () => {
  test('is said in the log with those that do, costs no sockets, and attempts become rare', async () => {
    cluster = await a_fake_cluster({ nodes: 3, dataCenter: 'eu-west' })
    const { service, lines } = cluster.an_instance({ CQL_LOCAL_DATA_CENTER: 'nowhere' })
    const before = cluster.opened()
    for (let n = 0; n < 40; n += 1)
      then.it_is_refused(await service({ method: 'GET', path: '/ready' }), 'misconfigured')
    expect(lines.at(-1)).toContain('CQL_LOCAL_DATA_CENTER: there is no nowhere, only eu-west')
    expect(cluster.opened() - before).toBeLessThanOrEqual(3 * 8)
    await until('no connection', () => cluster.connections() === 0, 5_000)
  })
})
