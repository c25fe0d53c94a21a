/** The port on SQLite, for development and tests: one file, or in memory; no replicas, no guarantees under failure. */
import { DatabaseSync } from 'node:sqlite'
import type { Call } from '../../call.ts'
import { bound } from '../bound.ts'
import type { Store } from '../store.ts'
import { bucketsTable } from './buckets.ts'
import { claimsTable } from './claims.ts'
import { connectionsTable } from './connections.ts'
import { inboxTable } from './inbox.ts'
import { marksTable } from './marks.ts'
import { messagesTable } from './messages.ts'
import { sessionsTable } from './sessions.ts'
import { signInFailuresTable } from './sign-in-failures.ts'
import { type Run, within } from './statement.ts'
import { usersTable } from './users.ts'
import { withdrawnTable } from './withdrawn.ts'

export type EmbeddedStore = {
  storeFor: (call: Call) => Store
  addresses: () => string[]
  wake: () => undefined
  isSpent: () => boolean
  close: () => Promise<void>
}

/** The version of these tables: increment it with every change to one of them. */
const VERSION = 5
/** How long to wait for another thread of the emulator that is writing. */
const BUSY_TIMEOUT_MS = 1_500

/** @throws Error when the file cannot be opened, or has another version of the tables */
export const openEmbedded = (file: string): EmbeddedStore => {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  refuseOtherVersion(database, file)
  // What was acknowledged survives the end of the process, even a crash; the newest writes may not survive a power cut.
  database.exec(`PRAGMA user_version = ${VERSION}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`)
  return embeddedOn(database)
}

/** @param now in unix milliseconds; also the database's clock */
export const embeddedOn = (database: DatabaseSync, now: () => number = Date.now): EmbeddedStore => {
  const { marksOf, ...marks } = marksTable(database)
  const storeOn = bound<Run>({
    ...messagesTable(database),
    ...bucketsTable(database, marksOf),
    ...marks,
    ...inboxTable(database),
    ...claimsTable(database, now),
    ...withdrawnTable(database, now),
    ...usersTable(database),
    ...sessionsTable(database, now),
    ...signInFailuresTable(database, now),
    ...connectionsTable(database, now),
    databaseTime: (run) => run('read', now),
    schemaIsCurrent: (run) => run('read', () => true),
  })
  return {
    storeFor: (call) => storeOn(within(call)),
    addresses: () => [],
    wake: () => undefined,
    isSpent: () => false,
    close: async () => database.close(),
  }
}

const refuseOtherVersion = (database: DatabaseSync, file: string) => {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version']
  if (version === 0 || version === VERSION) return
  database.close()
  throw new Error(
    `${file} was made by another version of this code: remove it, or set LOCAL_DIRECTORY to another folder`,
  )
}
