import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import type { DatabaseConfig } from '../../lib/config/database.ts'
import { AFTER_ALL_MESSAGES, dialogIdOf, inboxIdOf, lowestIdAt, type UserId } from '../../lib/model/ids.ts'
import { migrate } from '../../lib/store/migrate.ts'
import { type Migration, readMigrations, statementsOf } from '../../lib/store/migrations.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import { bucketOf, GENESIS, lastBucketOf } from '../../lib/timeline/bucket.ts'
import { a_keyspace } from '../world/keyspace.ts'

const CQL = join(import.meta.dirname, '../../cql')
const migrations = readMigrations(join(CQL, 'migrations'))
const COLUMNS = `SELECT table_name, column_name, type, kind, position, clustering_order
  FROM system_schema.columns WHERE keyspace_name = ?`
const TABLES = 'SELECT * FROM system_schema.tables WHERE keyspace_name = ?'

const run = async (
  config: DatabaseConfig,
  files = migrations,
  pause: (ms: number) => Promise<void> = sleep,
) => {
  const said: string[] = []
  await migrate(config, files, { owner: randomUUID(), sleep: pause, say: (line) => void said.push(line) })
  return said
}

const on = async <T>(
  config: DatabaseConfig,
  work: (define: (cql: string, parameters?: unknown[]) => Promise<{ rows: object[] }>) => T,
) => {
  const database = await connect(config, config.keyspace)
  try {
    return await work(database.throughOneCoordinator())
  } finally {
    await database.close()
  }
}

/** All that the database knows about a keyspace's tables, except for the runner's own tables, and ids. */
const schemaOf = (config: DatabaseConfig) =>
  on(config, async (define) => {
    const rows = [
      ...(await define(COLUMNS, [config.keyspace])).rows,
      ...(await define(TABLES, [config.keyspace])).rows,
    ] as Record<string, unknown>[]
    return rows
      .filter((row) => !String(row['table_name']).startsWith('schema_'))
      .map(({ id: _id, keyspace_name: _keyspace, ...row }) => JSON.stringify(row))
      .sort()
  })

const migration = (version: number, name: string, ...statements: string[]): Migration => ({
  version,
  name,
  statements,
  checksum: `${name} ${statements}`,
})

describe('migrations', () => {
  test('make exactly the schema of cql/schema.cql', async () => {
    const { config: migrated } = a_keyspace()
    const { config: snapshot } = a_keyspace()
    await run(migrated)
    await run(snapshot, [])
    await on(snapshot, async (define) => {
      for (const statement of statementsOf(readFileSync(join(CQL, 'schema.cql'), 'utf8')))
        await define(statement)
    })
    expect(await schemaOf(migrated)).toEqual(await schemaOf(snapshot))
    expect(await schemaOf(migrated)).not.toEqual([])
  })

  test('run twice change nothing the second time', async () => {
    const { config } = a_keyspace()
    expect(await run(config)).toHaveLength(migrations.length + 1)
    expect(await run(config)).toEqual([
      `schema of keyspace ${config.keyspace} is at version ${migrations.length}`,
    ])
  })

  test('that several run at once are applied once', async () => {
    const { config } = a_keyspace()
    const said = (await Promise.all([run(config), run(config), run(config)])).flat()
    expect(said.filter((line) => line.startsWith('applied'))).toHaveLength(migrations.length)
    expect(said.filter((line) => line.startsWith('schema of'))).toHaveLength(3)
  })

  test('are refused if an applied file was changed, and none after it is applied', async () => {
    const { config } = a_keyspace()
    await run(config, [migration(1, 'a', 'CREATE TABLE IF NOT EXISTS a (k int PRIMARY KEY)')])
    const changed = migration(1, 'a', 'CREATE TABLE IF NOT EXISTS a (k text PRIMARY KEY)')
    const next = migration(2, 'b', 'CREATE TABLE IF NOT EXISTS b (k int PRIMARY KEY)')
    await expect(run(config, [changed, next])).rejects.toThrow(
      'migration 1 (a) was changed after it had been applied',
    )
    expect((await schemaOf(config)).join()).not.toContain('"table_name":"b"')
  })

  test('that died half-way are finished by the next run, including columns that were added', async () => {
    const { config } = a_keyspace()
    const create = 'CREATE TABLE IF NOT EXISTS a (k int, c int, PRIMARY KEY ((k), c))'
    const one = 'ALTER TABLE a ADD one int STATIC'
    const broken = migration(1, 'a', create, one, 'CREATE TABLE broken')
    await expect(run(config, [broken])).rejects.toThrow()
    await run(config, [migration(1, 'a', create, one, 'ALTER TABLE a ADD two int STATIC')])
    expect((await schemaOf(config)).filter((row) => row.includes('column_name'))).toHaveLength(4)
  })

  test('of a database with dialogs in it keep them, also for code that is running, and give them an inbox', async () => {
    const { config } = a_keyspace()
    await run(config, migrations.slice(0, 3))
    const database = await connect(config, config.keyspace)
    const store = storeOn(database.within(startCall(60_000)))
    const [alice, bob] = ['alice', 'bob'] as [UserId, UserId]
    const [split, quiet] = [dialogIdOf(alice, bob), dialogIdOf(alice, alice)]
    const bucket = bucketOf({ openedAtSeconds: 1_700_000_000, lanes: 1 })
    const message = { id: lowestIdAt(1_700_000_000_001), from: alice, to: bob, text: 'Hello!' }
    await store.insertBucket(split, bucket)
    await store.insertMessage(split, bucket, message)
    const listed = async () => [
      ...(await store.bucketsUpTo(split, lastBucketOf(1_800_000_000), 9)).rows,
      ...(await store.messagesBefore(split, bucket, AFTER_ALL_MESSAGES, 9)).rows,
    ]
    const before = await listed()
    expect(before).toEqual([{ bucket }, message])
    expect(await store.schemaIsCurrent()).toBe(false)

    expect(await run(config)).toHaveLength(migrations.length - 3 + 1)
    expect(await store.schemaIsCurrent()).toBe(true)
    // On the same connections, by the statements that were prepared before.
    expect(await listed()).toEqual(before)
    expect(await store.newestBucket(split)).toEqual({ rows: [{ bucket }] })
    await store.putListing(inboxIdOf(alice), GENESIS, { peer: bob, lastId: message.id }, true)
    for (const dialog of [split, quiet]) await store.setListed(dialog, 'low', GENESIS)
    const marks = { low: { listed: GENESIS }, high: {} }
    expect(await store.newestBucket(split)).toEqual({ rows: [{ bucket }], marks })
    expect(await store.newestBucket(quiet)).toEqual({ rows: [], marks })
    expect(await listed()).toEqual(before)
    await database.close()
  })

  test('wait for a lock that is held, and go on when it expires', async () => {
    const { config } = a_keyspace()
    await run(config, [])
    await on(config, async (define) => {
      const hold = (ttlSeconds: number, before: string) =>
        define(`UPDATE schema_lock USING TTL ${ttlSeconds} SET owner = 'a process that died'
          WHERE name = 'migrations' IF owner = ${before}`)
      await hold(600, 'null')
      // It does not expire before the runner has found it, however long that takes.
      let pauses = 0
      const said = await run(config, migrations, async (ms) => {
        pauses += 1
        if (pauses === 1) await hold(1, "'a process that died'")
        await sleep(ms)
      })
      expect(said[0]).toBe('another migration is running: waiting for it')
    })
  })
})
