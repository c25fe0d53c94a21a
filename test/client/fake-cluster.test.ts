import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Call, startCall } from '../../lib/call.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { inboxIdOf, lowestIdAt, type UserId } from '../../lib/model/ids.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import { GENESIS } from '../../lib/timeline/bucket.ts'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import { dialogSentences } from '../sentences/dialog.ts'
import { failureSentences } from '../sentences/store-failures.ts'
import { markSentences } from '../sentences/store-marks.ts'
import { sessionSentences } from '../sentences/store-sessions.ts'
import { userSentences } from '../sentences/store-users.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

describe('a fake cluster answers the service as a real one does:', () => {
  let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
  let instance: ReturnType<(typeof cluster)['an_instance']>
  beforeAll(async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    instance = cluster.an_instance({ SENDS_PER_SECOND: '0' })
  })
  afterAll(() => cluster.close())

  dialogSentences(() => ({ ...instance, credentials: cluster.credentials, firstMessages: 100 }))
})

describe('a fake cluster keeps what only ever grows, and decides transactions, as a real one does:', () => {
  let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
  let database: Database
  beforeAll(async () => {
    cluster = await a_fake_cluster({ nodes: 1 })
    const config = readDatabaseConfig(cluster.variables)
    database = await connect(config, config.keyspace)
  })
  afterAll(async () => {
    await database.close()
    await cluster.close()
  })
  const storeFor = (call: Call) => storeOn(database.within(call))

  markSentences(() => ({ storeFor }))
  userSentences(() => ({ storeFor }))
  sessionSentences(() => ({ storeFor }))
  failureSentences(() => ({ storeFor }))

  test('a dialog in an inbox has its newest id, and is removed up to an id', async () => {
    const store = storeFor(startCall(5_000))
    const [inbox, bob] = [inboxIdOf('alice' as UserId), 'bob' as UserId]
    const put = (ms: number) => store.putListing(inbox, GENESIS, { peer: bob, lastId: lowestIdAt(ms) }, true)
    for (const ms of [1, 3, 2]) await put(ms)
    await store.removeListing(inbox, GENESIS, bob, lowestIdAt(2))
    const rows = [{ peer: bob, lastId: lowestIdAt(3) }]
    expect(await store.listingsAfter(inbox, GENESIS, '', 9)).toEqual({ rows })
    await store.removeListing(inbox, GENESIS, bob, lowestIdAt(3))
    expect(await store.readListing(inbox, GENESIS, bob)).toBeUndefined()
    expect(await store.listingsAfter(inbox, GENESIS, '', 9)).toEqual({ rows: [] })
    await put(4)
    expect(await store.readListing(inbox, GENESIS, bob)).toEqual({ peer: bob, lastId: lowestIdAt(4) })
  })
})

test('a fake cluster of 100 nodes with 256 tokens each serves, and counts its statements', async () => {
  const cluster = await a_fake_cluster({ nodes: 100, vnodes: 256 })
  const { service } = cluster.an_instance()
  const { alice, bob } = cluster
  then.it_succeeds(await when.they_send(service, alice, bob, 'hello'))
  await then.the_dialog_holds(service, alice, bob, ['hello'])
  const frames = cluster.nodes.reduce((sum, { counts }) => sum + (counts.frames.EXECUTE ?? 0), 0)
  expect(frames).toBeGreaterThanOrEqual(4)
  await cluster.close()
})
