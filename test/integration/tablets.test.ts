import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { migrateTo } from '../../bin/migrate.ts'
import { findReplicas } from '../../dev/inspect/replicas.ts'
import { startCall } from '../../lib/call.ts'
import { dialogIdOf, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import type { Execute } from '../../lib/store/scylla/statement.ts'
import { bucketOf, bucketOfLane } from '../../lib/timeline/bucket.ts'
import { a_keyspace } from '../world/keyspace.ts'

const AT_MS = 1_800_000_000_000
const bucket = bucketOfLane(bucketOf({ openedAtSeconds: AT_MS / 1000, lanes: 4 }), 3)
const dialog = dialogIdOf('alice' as UserId, 'bob' as UserId)
const { variables, config } = a_keyspace()
const { keyspace } = config
let database: Database
const execute: Execute = (...statement) => database.within(startCall(30_000))(...statement)

beforeAll(async () => {
  await migrateTo({ ...process.env, ...variables }, () => undefined)
  database = await connect(config, keyspace)
})
afterAll(() => database.close())

/** Cassandra has no tablets: a table with the columns that ScyllaDB documents replaces ScyllaDB's own. */
test('replicas by system.tablets are the nodes and shards of the tablet with the token that the database computes', async () => {
  await storeOn(database.within(startCall(30_000))).insertMessage(dialog, bucket, {
    id: messageIdAt(AT_MS, randomBytes(10)),
    from: 'alice' as UserId,
    to: 'bob' as UserId,
    text: 'Hello, Bob!',
  })
  const define = database.throughOneCoordinator()
  const first = async (cql: string, parameters: unknown[] = []) =>
    String(Object.values((await define(cql, parameters)).rows[0] ?? {})[0])
  await define(`CREATE TABLE tablets (table_id uuid, last_token bigint,
    replicas frozen<list<frozen<tuple<uuid, int>>>>, PRIMARY KEY (table_id, last_token))`)
  const table = await first(
    "SELECT id FROM system_schema.tables WHERE keyspace_name = ? AND table_name = 'messages'",
    [keyspace],
  )
  const [self, stranger] = [await first('SELECT host_id FROM system.local'), randomUUID()]
  const token = BigInt(
    await first('SELECT token(dialog_id, bucket) FROM messages WHERE dialog_id = ? AND bucket = ? LIMIT 1', [
      dialog,
      bucket,
    ]),
  )
  for (const [lastToken, replicas] of [
    [token - 1n, `(${self}, 0)`],
    [token, `(${self}, 7), (${stranger}, 1)`],
    [2n ** 63n - 1n, `(${self}, 2)`],
  ])
    await define(
      `INSERT INTO tablets (table_id, last_token, replicas) VALUES (${table}, ${lastToken}, [${replicas}])`,
    )

  const elsewhere: Database = {
    ...database,
    throughOneCoordinator:
      () =>
      (cql, parameters = []) =>
        define(
          cql,
          parameters.map((value) => (value === 'system' ? keyspace : value)),
        ),
  }
  const here: Execute = ({ cql, ...statement }, ...others) =>
    execute({ ...statement, cql: cql.replace('system.tablets', 'tablets') }, ...others)
  const replicas = await findReplicas(elsewhere, here, keyspace)
  expect(replicas.source).toBe('system.tablets')
  expect(replicas.of(dialog, bucket)).toEqual([
    expect.stringMatching(/^\d+\.\d+\.\d+\.\d+ shard 7$/),
    `node ${stranger} shard 1`,
  ])
  // Each table has tablets of its own: these are not those of the inboxes.
  expect((await findReplicas(elsewhere, here, keyspace, 'inbox')).source).toBe("the driver's ring")
})
