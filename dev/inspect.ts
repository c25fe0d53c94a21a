/**
 * `npm run inspect -- alice bob`: the time buckets and partitions of a dialog in the database; with one name, those of that
 * person's inbox. Configured by CQL_*.
 */

import { fail } from '../bin/fail.ts'
import { startCall } from '../lib/call.ts'
import { type DatabaseConfig, readDatabaseConfig } from '../lib/config/database.ts'
import { isUserId, type UserId } from '../lib/model/ids.ts'
import { schemaVersions } from '../lib/store/schema-versions.ts'
import { connect, type Database } from '../lib/store/scylla/connect.ts'
import type { Execute } from '../lib/store/scylla/statement.ts'
import { runningDatabase } from './database/running.ts'
import { inspectDialog } from './inspect/dialog.ts'
import { inspectInbox } from './inspect/inbox.ts'
import { findReplicas } from './inspect/replicas.ts'
import type { Say } from './progress.ts'

const USAGE = 'usage: npm run inspect -- <user id> [<user id>]'
/** For a statement and its retries: the database that is inspected may be in trouble. */
const STATEMENT_MS = 5_000

/** @throws Error for a person: about the arguments, the database or its schema, or that there is no such dialog or inbox */
export const inspect = async (typed: string[], env: NodeJS.ProcessEnv, say: Say): Promise<void> => {
  const [one, other, ...others] = typed
  if (one === undefined || others.length > 0) throw new Error(USAGE)
  const [user, peer] = [userOf(one), other === undefined ? undefined : userOf(other)]
  const config = readDatabaseConfig({ ...env, ...(await runningDatabase(env)) })
  const place = `keyspace ${config.keyspace} at ${config.contactPoints.join(', ')}, port ${config.port}`
  const database = await open(config, place)
  try {
    const execute: Execute = (...statement) => database.within(startCall(STATEMENT_MS))(...statement)
    await requireSchema(execute, place)
    const table = peer === undefined ? 'inbox' : 'messages'
    const replicas = await findReplicas(database, execute, config.keyspace, table)
    say(`${place}; replicas by ${replicas.source}`)
    const around = { execute, replicasOf: replicas.of, say }
    await (peer === undefined ? inspectInbox(user, around) : inspectDialog(user, peer, around))
  } finally {
    await database.close()
  }
}

const userOf = (text: string): UserId => {
  if (isUserId(text)) return text
  const rule = 'must be 1..128 characters, none a control character, and not . or ..'
  throw new Error(`user id ${JSON.stringify(text)} ${rule}\n${USAGE}`)
}

const open = (config: DatabaseConfig, place: string): Promise<Database> =>
  connect(config, config.keyspace).catch(({ cause }) => {
    // When no node can be reached, the error of one node says more than the summary of all.
    const [said = cause] = (cause?.errors ?? []).flatMap(({ innerErrors = {} }) => Object.values(innerErrors))
    throw new Error(
      `cannot open ${place}. Is npm start running, is CQL_* right, has npm run migrate been run?`,
      {
        cause: said,
      },
    )
  })

const requireSchema = async (execute: Execute, place: string) => {
  const isCurrent = await schemaVersions.schemaIsCurrent(execute).catch(({ cause }) => {
    throw new Error(`cannot read the schema of ${place}. Has npm run migrate been run?`, { cause })
  })
  if (!isCurrent) throw new Error(`${place} lacks a migration: npm run migrate`)
}

if (import.meta.main) {
  // The reader, such as `head` or `less`, may close the pipe early.
  process.stdout.on('error', () => process.exit())
  await inspect(process.argv.slice(2), process.env, console.log).catch(fail)
}
