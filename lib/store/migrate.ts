/**
 * Brings a keyspace to the newest schema: one runner at a time, one statement at a time, through one coordinator.
 * Two concurrent CREATE TABLE of one table on different nodes can break it on Cassandra, even the lock's own.
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
const TAKE_LOCK = `INSERT INTO schema_lock (name, owner) VALUES ('migrations', ?) IF NOT EXISTS USING TTL ${LOCK_SECONDS}`
const KEEP_LOCK = `UPDATE schema_lock USING TTL ${LOCK_SECONDS} SET owner = ? WHERE name = 'migrations' IF owner = ?`
const FREE_LOCK = "DELETE FROM schema_lock WHERE name = 'migrations' IF owner = ?"
const SELECT_APPLIED = "SELECT version, name, checksum FROM schema_versions WHERE scope = 'dialogs'"
const INSERT_APPLIED = `INSERT INTO schema_versions (scope, version, name, checksum, applied_at)
  VALUES ('dialogs', ?, ?, ?, toTimestamp(now()))`
const SELECT_COLUMN =
  'SELECT column_name FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ? AND column_name = ?'

export type Surroundings = {
  /** A name nobody else uses: who holds the lock. */
  owner: string
  sleep: (ms: number) => Promise<void>
  say: (line: string) => void
}

/**
 * Safe to run again, and to run twice at once: the second waits for the first, and a lock whose owner died expires.
 * @throws Error when an applied migration was changed, or the lock cannot be had within two minutes
 * @throws Fault `database_unavailable`
 */
export const migrate = async (config: DatabaseConfig, migrations: Migration[], around: Surroundings) => {
  await createKeyspace(config)
  const database = await connect(config, config.keyspace)
  try {
    const define = database.throughOneCoordinator()
    await define(CREATE_LOCK)
    await define(CREATE_VERSIONS)
    const free = () => define(FREE_LOCK, [around.owner])
    try {
      await takeLock(define, around)
      await applyPending(define, config.keyspace, migrations, around)
    } catch (error) {
      // It expires by itself: what went wrong first is what must be known.
      await free().catch(({ message }) => around.say(`the migration lock could not be freed: ${message}`))
      throw error
    }
    await free()
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

/** The second statement tells whether a first attempt whose answer was lost has got the lock after all. */
const takeLock = async (define: Define, { owner, sleep, say }: Surroundings) => {
  for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt += 1) {
    if ((await define(TAKE_LOCK, [owner])).applied || (await holdsLock(define, owner))) return
    if (attempt === 0) say('another migration is running: waiting for it')
    await sleep(RETRY_MS)
  }
  throw new Error('another migration has held the lock for two minutes: try again later')
}

const holdsLock = async (define: Define, owner: string) => (await define(KEEP_LOCK, [owner, owner])).applied

const applyPending = async (
  define: Define,
  keyspace: string,
  migrations: Migration[],
  around: Surroundings,
) => {
  const applied = (await define(SELECT_APPLIED)).rows
  for (const row of applied) refuseIfChanged(row, migrations)
  const pending = migrations.filter(({ version }) => !applied.some((row) => row['version'] === version))
  for (const migration of pending) {
    for (const statement of migration.statements) {
      if (!(await holdsLock(define, around.owner))) throw new Error('lost the migration lock: run it again')
      if (!(await isAddedAlready(define, keyspace, statement))) await define(statement)
    }
    await define(INSERT_APPLIED, [migration.version, migration.name, migration.checksum])
    around.say(`applied migration ${migration.version} (${migration.name})`)
  }
  around.say(
    `schema of keyspace ${keyspace} is at version ${Math.max(0, ...migrations.map((m) => m.version))}`,
  )
}

/** A newer version than we know was applied by newer code: that is its business. */
const refuseIfChanged = (row: Record<string, unknown>, migrations: Migration[]) => {
  const known = migrations.find(({ version }) => version === row['version'])
  if (known && known.checksum !== row['checksum']) {
    throw new Error(`migration ${known.version} (${known.name}) was changed after it had been applied`)
  }
}

/** `ALTER TABLE ... ADD` has no portable IF NOT EXISTS, and a run that died half-way must be repeatable. */
const isAddedAlready = async (define: Define, keyspace: string, statement: string) => {
  const [, table, column] = ADD_COLUMN.exec(statement) ?? []
  return table !== undefined && (await define(SELECT_COLUMN, [keyspace, table, column])).rows.length > 0
}
