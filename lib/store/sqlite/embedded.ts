/** The port on SQLite, in one file or in memory: for development and tests. One process, no replicas, no guarantee under failure. */
import { DatabaseSync } from 'node:sqlite'
import type { Call } from '../../call.ts'
import type { Store } from '../store.ts'
import { bucketsTable } from './buckets.ts'
import { claimsTable } from './claims.ts'
import { messagesTable } from './messages.ts'
import { within } from './statement.ts'

export type EmbeddedStore = {
  storeFor: (call: Call) => Store
  addresses: () => string[]
  wake: () => undefined
  isSpent: () => boolean
  close: () => Promise<void>
}

/** Of these tables: one more whenever one of them becomes another. */
const VERSION = 1
/** For another thread of the emulator that is writing. */
const BUSY_MS = 1_500

/** @throws Error when the file cannot be opened, or was made by other code */
export const openEmbedded = (file: string): EmbeddedStore => {
  const database = new DatabaseSync(file, { timeout: BUSY_MS })
  refuseOther(database, file)
  // What was acknowledged survives the end of the process, however it comes; the newest may not survive a power cut.
  database.exec(`PRAGMA user_version = ${VERSION}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`)
  return embeddedOn(database)
}

/** @param now in unix milliseconds: it is the database's clock, too */
export const embeddedOn = (database: DatabaseSync, now: () => number = Date.now): EmbeddedStore => {
  const tables = [messagesTable(database), bucketsTable(database), claimsTable(database, now)] as const
  const [messages, buckets, claims] = tables
  return {
    storeFor: (call) => {
      const run = within(call)
      return {
        ...messages(run),
        ...buckets(run),
        ...claims(run),
        databaseTime: () => run('read', now),
        schemaIsCurrent: () => run('read', () => true),
      }
    },
    addresses: () => [],
    wake: () => undefined,
    isSpent: () => false,
    close: async () => database.close(),
  }
}

const refuseOther = (database: DatabaseSync, file: string) => {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version']
  if (version === 0 || version === VERSION) return
  database.close()
  throw new Error(`${file} was made by other code: remove it, or set LOCAL_DIRECTORY to another folder`)
}
