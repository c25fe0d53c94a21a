/**
 * Brings a keyspace to the newest schema: one runner at a time, one statement at a time, through one coordinator.
 * Two concurrent CREATE TABLE statements for one table on different nodes can corrupt it on Cassandra, even the lock's.
 */
import type { DatabaseConfig } from '../config/database.ts'
import { ADD_COLUMN, type Migration } from './migrations.ts'
import { connect } from './scylla/connect.ts'
import type { Define } from './scylla/define.ts'

const LOCK_SECONDS = 60
const LOCK_ATTEMPTS = 240
const RETRY_MS = 500

const CREATE_LOCK = 'CREATE TABLE IF NOT EXISTS schema_lock (name text PRIMARY KEY, owner text)'
const CREATE_VERSIONS = `CREATE TABLE IF NOT EXISTS schema_versions (
  scope text, version int, name text, checksum text, applied_at timestamp, PRIMARY KEY ((scope), version)
) WITH CLUSTERING ORDER BY (version DESC)`
const ACQUIRE_LOCK = `INSERT INTO schema_lock (name, owner) VALUES ('migrations', ?) IF NOT EXISTS USING TTL ${LOCK_SECONDS}`
const RENEW_LOCK = `UPDATE schema_lock USING TTL ${LOCK_SECONDS} SET owner = ? WHERE name = 'migrations' IF owner = ?`
const RELEASE_LOCK = "DELETE FROM schema_lock WHERE name = 'migrations' IF owner = ?"
const SELECT_APPLIED = "SELECT version, name, checksum FROM schema_versions WHERE scope = 'dialogs'"
const INSERT_APPLIED = `INSERT INTO schema_versions (scope, version, name, checksum, applied_at)
  VALUES ('dialogs', ?, ?, ?, toTimestamp(now()))`
const SELECT_COLUMN =
  'SELECT column_name FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ? AND column_name = ?'

export type Runner = {
  /** A unique name for the holder of the lock. */
  owner: string
  sleep: (ms: number) => Promise<void>
  say: (line: string) => void
}

/**
 * Safe to repeat and to run concurrently: the second run waits for the first, and the lock of a dead owner expires.
 * @throws Error when an applied migration was changed, or the lock cannot be acquired within two minutes
 * @throws Fault `database_unavailable`
 */
export const migrate = async (config: DatabaseConfig, migrations: Migration[], runner: Runner) => {
  await createKeyspace(config)
  const database = await connect(config, config.keyspace)
  try {
    const define = database.throughOneCoordinator()
    await define(CREATE_LOCK)
    await define(CREATE_VERSIONS)
    const release = () => define(RELEASE_LOCK, [runner.owner])
    try {
      await acquireLock(define, runner)
      await applyPending(define, config.keyspace, migrations, runner)
    } catch (error) {
      // The lock expires by itself: the first failure is the one to report.
      await release().catch(({ message }) =>
        runner.say(`the migration lock could not be released: ${message}`),
      )
      throw error
    }
    await release()
  } finally {
    await database.close()
  }
}

const createKeyspace = async (config: DatabaseConfig) => {
  const database = await connect(config)
  const replicas = Object.entries(config.replication).map(
    ([dataCenter, count]) => `, '${dataCenter}': ${count}`,
  )
  try {
    await database.throughOneCoordinator()(
      `CREATE KEYSPACE IF NOT EXISTS ${config.keyspace}
       WITH replication = {'class': 'NetworkTopologyStrategy'${replicas.join('')}}`,
    )
  } finally {
    await database.close()
  }
}

/** The second statement tells whether a first one whose response was lost has acquired the lock after all. */
const acquireLock = async (define: Define, { owner, sleep, say }: Runner) => {
  for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt += 1) {
    if ((await define(ACQUIRE_LOCK, [owner])).applied || (await renewLock(define, owner))) return
    if (attempt === 0) say('another migration is running: waiting for it')
    await sleep(RETRY_MS)
  }
  throw new Error('another migration has held the lock for two minutes: try again later')
}

/** Whether this owner still holds the lock, which is renewed if so. */
const renewLock = async (define: Define, owner: string) => (await define(RENEW_LOCK, [owner, owner])).applied

const applyPending = async (define: Define, keyspace: string, migrations: Migration[], runner: Runner) => {
  const applied = (await define(SELECT_APPLIED)).rows
  for (const row of applied) refuseIfChanged(row, migrations)
  const pending = migrations.filter(({ version }) => !applied.some((row) => row['version'] === version))
  for (const migration of pending) {
    for (const statement of migration.statements) {
      if (!(await renewLock(define, runner.owner)))
        throw new Error('lost the migration lock: run the migration again')
      if (!(await isAlreadyAdded(define, keyspace, statement))) await define(statement)
    }
    await define(INSERT_APPLIED, [migration.version, migration.name, migration.checksum])
    runner.say(`applied migration ${migration.version} (${migration.name})`)
  }
  runner.say(
    `schema of keyspace ${keyspace} is at version ${Math.max(0, ...migrations.map((m) => m.version))}`,
  )
}

/** A version that we do not know was applied by newer code, and is none of our business. */
const refuseIfChanged = (row: Record<string, unknown>, migrations: Migration[]) => {
  const known = migrations.find(({ version }) => version === row['version'])
  if (known && known.checksum !== row['checksum']) {
    throw new Error(`migration ${known.version} (${known.name}) was changed after it had been applied`)
  }
}

/** `ALTER TABLE ... ADD` has no portable IF NOT EXISTS, and a run that died halfway must be repeatable. */
const isAlreadyAdded = async (define: Define, keyspace: string, statement: string) => {
  const [, table, column] = ADD_COLUMN.exec(statement) ?? []
  return table !== undefined && (await define(SELECT_COLUMN, [keyspace, table, column])).rows.length > 0
}
