import { afterEach, describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { dialogIdOf, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import { GENESIS } from '../../lib/timeline/bucket.ts'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { timed, until } from '../world/until.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
afterEach(() => cluster.close())

const INSERT = 'INSERT INTO messages'
const isTheWrite = (cql: string) => cql.startsWith(INSERT)
/** After which the client gives a statement up. */
const STATEMENT_MS = 1_500
/** A function with this much time left replies 300 ms before it is over. */
const SHORT_MS = 2_300

test('one silent node costs the first requests of an instance one time-out, not one for each statement', async () => {
  cluster = await a_fake_cluster({ nodes: 3 })
  const { app, service } = cluster.an_instance()
  const { alice, bob } = cluster
  await app.warmUp()
  await until('a connection to each node', () => cluster.connections() === 3)
  await cluster.nodes[1]?.behave('silent')
  const took: number[] = []
  for (const text of ['one', 'two', 'three']) {
    const { result, tookMs } = await timed(when.they_send(service, alice, bob, text))
    then.it_succeeds(result)
    took.push(tookMs)
  }
  const { result, tookMs } = await timed(when.they_list(service, alice, bob))
  then.it_succeeds(result)
  // Whole time-outs of each request: what a busy machine adds to one of them is less than another.
  const timeOuts = [...took, tookMs].map((ms) => Math.floor(ms / STATEMENT_MS))
  expect(timeOuts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(1)
})

describe('a write whose preparation', () => {
  test('is never answered is not in doubt, and not stored', async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    const { service, serviceWithin } = cluster.an_instance()
    const { alice, bob } = cluster
    then.it_succeeds(await when.they_list(service, alice, bob))
    cluster.intercept(({ kind, cql }) => (kind === 'PREPARE' && isTheWrite(cql) ? 'silence' : undefined))
    const lost = await when.they_send(serviceWithin(SHORT_MS), alice, bob, 'lost')
    then.it_is_refused(lost, 'database_unavailable')
    cluster.intercept(() => undefined)
    await then.the_dialog_holds(service, alice, bob, [])
    then.it_succeeds(await when.they_send(service, alice, bob, 'sent'))
    await then.the_dialog_holds(service, alice, bob, ['sent'])
  })

  test('is answered after the reply is not executed: the reply has said "not stored"', async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    const config = readDatabaseConfig(cluster.variables)
    const database = await connect(config, config.keyspace)
    let prepared = 0
    let executed = 0
    cluster.intercept(({ kind, cql }) => {
      if (!isTheWrite(cql)) return undefined
      if (kind === 'EXECUTE') executed += 1
      else prepared += 1
      return prepared === 1 ? 'silence' : undefined
    })
    const [alice, bob] = ['alice', 'bob'] as UserId[]
    const message = { id: messageIdAt(1, Buffer.alloc(10)), from: alice, to: bob, text: 'late' }
    const call = startCall(1_000)
    const insert = storeOn(database.within(call)).insertMessage(
      dialogIdOf(alice as UserId, bob as UserId),
      GENESIS,
      message as never,
    )
    setTimeout(call.giveUp, 1_000)
    await expect(insert).rejects.toMatchObject({ kind: 'database_unavailable' })
    await until('another node has prepared it', () => prepared === 2)
    // Once it is closed, nothing is on its way any more.
    await database.close()
    expect([prepared, executed]).toEqual([2, 0])
  })
})

test("a write that hangs until the request's deadline is in doubt", async () => {
  cluster = await a_fake_cluster({ nodes: 3 })
  const { serviceWithin, service } = cluster.an_instance()
  const { alice, bob } = cluster
  then.it_succeeds(await when.they_list(service, alice, bob))
  // Its preparation takes one time-out of 1.5 s: the deadline of 2.3 s passes while the write itself is on its way.
  let prepared = 0
  let executed = 0
  cluster.intercept(({ kind, cql }) => {
    if (!isTheWrite(cql)) return undefined
    if (kind === 'EXECUTE') executed += 1
    else prepared += 1
    return kind === 'EXECUTE' || prepared === 1 ? 'silence' : undefined
  })
  const send = when.they_send(serviceWithin(2_600), alice, bob, 'hangs')
  const { result, tookMs } = await timed(send)
  then.it_is_refused(result, 'write_in_doubt')
  // Without the deadline it would be in doubt after a second time-out.
  expect(tookMs).toBeLessThan(2 * STATEMENT_MS)
  expect(prepared).toBeGreaterThan(1)
  expect(executed).toBe(1)
})
