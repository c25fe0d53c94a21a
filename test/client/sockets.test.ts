import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { TWO_DEADLINES_MS, timed, until } from '../world/until.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
afterEach(() => cluster.close())

/** The driver goes on trying, and an attempt that fails closes its sockets, sooner or later: a leak has three a second. */
const MOST_SOCKETS = 12
/** Requests wait this long for an attempt to connect, once an attempt has failed. */
const PATIENCE_MS = 1_000

describe('a database that accepts connections and answers no query', () => {
  test('costs few sockets meanwhile and none afterwards; requests fail early, and are served again when it answers', async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    const { service } = cluster.an_instance()
    const { alice, bob } = cluster
    then.it_succeeds(await when.they_send(service, alice, bob, 'before'))
    await until('a connection to each node', () => cluster.connections() === 3)
    await cluster.everyNode('greeting')
    const end = performance.now() + 10_000
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
    expect(Math.max(...tookMs)).toBeLessThan(TWO_DEADLINES_MS)
    // Once an attempt has failed, no request waits for the next one to its deadline of 4.5 s.
    expect(tookLaterMs.length).toBeGreaterThan(0)
    expect(Math.max(...tookLaterMs)).toBeLessThan(3 * PATIENCE_MS)
    await cluster.everyNode('answering')
    then.it_succeeds(await when.they_insist(service, alice, bob, 'after'))
    await until('one socket for each node', () => cluster.connections() === 3)
    await then.the_dialog_holds(service, alice, bob, ['before', 'after'])
  })

  test('leaves no socket behind when a client cannot be opened', async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    await until('no connection', () => cluster.connections() === 0)
    await cluster.everyNode('greeting')
    const config = readDatabaseConfig(cluster.variables)
    // The same nodes again, with their ports, as the driver names them: each is still tried only once.
    const known = cluster.nodes.map(({ address }) => `${address}:${config.port}`)
    const opened = cluster.opened()
    for (const _ of [1, 2]) {
      const connected = connect(config, config.keyspace, { known })
      await expect(connected).rejects.toMatchObject({ kind: 'database_unavailable' })
    }
    expect(cluster.opened() - opened).toBe(2 * cluster.nodes.length)
    await until('no connection', () => cluster.connections() === 0)
  })
})

describe('a data centre that does not exist', () => {
  test('is logged with those that do, leaves no sockets behind, and attempts to connect become rare', async () => {
    cluster = await a_fake_cluster({ nodes: 3, dataCenter: 'eu-west' })
    const { service, lines } = cluster.an_instance({ CQL_LOCAL_DATA_CENTER: 'nowhere' })
    const before = cluster.opened()
    for (let n = 0; n < 40; n += 1)
      then.it_is_refused(await service({ method: 'GET', path: '/ready' }), 'misconfigured')
    expect(lines.at(-1)).toContain('CQL_LOCAL_DATA_CENTER: there is no nowhere, only eu-west')
    // Fewer than for half of the requests: the slower the machine, the more attempts fit between them.
    expect(cluster.opened() - before).toBeLessThan(3 * 20)
    await until('no connection', () => cluster.connections() === 0)
  })
})
