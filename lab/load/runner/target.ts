/** The service that is put under load: brought up with a database of its own, or one that already runs here. */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { migrateTo } from '../../../bin/migrate.ts'
import { startEmulator } from '../../../dev/emulator.ts'
import { localAuthVariables } from '../../../dev/keys.ts'
import { progress, type Say } from '../../../dev/progress.ts'
import { startServing } from '../../../dev/serving.ts'
import { openEmptyDatabase } from '../../kit/empty-database.ts'
import type { LoadRequest } from './request.ts'

export type Target = {
  url: string
  /** Of the service; unknown where it already ran. */
  pid?: number
  /** Resolves, to words for a person, when the service or its database has ended by itself. */
  ended: Promise<string>
}

/** What leads to the database, and what else the service is told. */
export type Own = { env: NodeJS.ProcessEnv; more: Record<string, string> }

/** Messages of a load are nobody's: they stay out of the keyspace of `npm start`. */
const KEYSPACE = 'load'

/**
 * @param keys the folder with the key pair whose tokens are accepted
 * @param directory for the service's log, and the data of a database that is brought up
 */
export const openTarget = async (
  target: LoadRequest['target'],
  keys: string,
  directory: string,
  say: Say,
  { env, more }: Own = { env: process.env, more: {} },
): Promise<Target> => {
  if (target instanceof URL) return { url: target.origin, ended: new Promise(() => undefined) }
  const database = await openEmptyDatabase(env, join(directory, 'database'), say)
  const variables = {
    ...(await localAuthVariables(keys)),
    // A few people do what many would.
    SENDS_PER_SECOND: '0',
    CQL_KEYSPACE: process.env['CQL_KEYSPACE'] || KEYSPACE,
    ...more,
    ...database.variables,
  }
  await migrateTo({ ...process.env, ...variables }, say)
  const log = join(directory, 'service.log')
  const service = await progress(say, `starting the service (${target})`, START[target](variables, log))
  return { ...service, ended: Promise.race([service.ended, database.ended]) }
}

const START = {
  emulator: (variables: Record<string, string>, logFile: string) => {
    const log = createWriteStream(logFile)
    return startEmulator(variables, 0, (line) => void log.write(`${line}\n`))
  },
  serve: (variables: Record<string, string>, logFile: string) => startServing(variables, 0, logFile),
}
