/** The setting that every measurement shares: a database, its tables, accepted tokens, and instances of the service. */
import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateTo } from '../../bin/migrate.ts'
import { type LocalDatabase, openDatabase } from '../../dev/database/database.ts'
import { openThrowawayDatabase } from '../../dev/database/throwaway.ts'
import { localAccountsVariables, localAuthVariables, localToken } from '../../dev/keys.ts'
import { isLoopback } from '../../dev/loopback.ts'
import { atEnd } from '../../dev/process.ts'
import type { Say } from '../../dev/progress.ts'
import { type Serving, startServing } from '../../dev/serving.ts'

type Variables = Record<string, string>
type Wanted = {
  /** Names the keyspace, and the temporary folder when no folder is given. */
  name: string
  /** For logs, and for the data of a database that is started here. By default a folder that is deleted at the end. */
  directory?: string
  /** The folder with the key pair whose tokens are accepted; by default `directory`. */
  keys?: string
  /** More variables of the service. */
  rules?: Variables
  /** By default an empty database on this machine; data goes to the given folder. */
  database?: (directory: string, say: Say) => Promise<Pick<LocalDatabase, 'variables' | 'ended'>>
}
export type World = {
  directory: string
  /** Configures an instance of the service, together with `process.env`. */
  variables: Variables
  tokenOf: (user: string) => Promise<string>
  /** Starts another instance. @param name of its log; @param root the working tree that it runs from */
  serve: (name: string, more?: Variables, root?: string) => Promise<Serving>
  /** The result of the work. @throws Error when the database, an instance or another process that is watched ends first */
  whileUp: <Result>(work: Promise<Result>) => Promise<Result>
  watch: (process: { ended: Promise<string> }) => void
}

/** Nothing is ever full under these rules: a dialog keeps its one partition, as if the key were (dialog). */
export const ONE_BUCKET = { BUCKET_ROWS: '1000000', BUCKET_BYTES: String(2 ** 26) }
/** For `serve`: accounts of our own instead of the issuer of the world. Its tokens are accepted as well. @param keys their folder */
export const ownAccounts = async (keys: string): Promise<Variables> => ({
  ...{ AUTH_MODE: '', AUTH_JWKS: '', AUTH_ISSUER: '', AUTH_AUDIENCE: '' },
  ...(await localAccountsVariables(keys)),
})
/** A few clients do what many people would. */
export const UNLIMITED = { SENDS_PER_SECOND: '0' }

export const openWorld = async (wanted: Wanted, say: Say): Promise<World> => {
  const { name, rules, database: open = emptyDatabase() } = wanted
  const directory = wanted.directory ?? (await temporaryFolder(name))
  const { keys = directory } = wanted
  const database = await open(join(directory, 'database'), say)
  const given = Object.entries(process.env).filter(([variable]) => variable.startsWith('CQL_'))
  const variables = {
    ...(Object.fromEntries(given) as Variables),
    ...(await localAuthVariables(keys)),
    CQL_KEYSPACE: name,
    ...rules,
    ...database.variables,
  }
  await migrateTo({ ...process.env, ...variables }, say)
  const broken = Promise.withResolvers<never>()
  // It may break while nothing is awaited.
  broken.promise.catch(() => undefined)
  const watch = ({ ended }: { ended: Promise<string> }) =>
    void ended.then((how) => broken.reject(new Error(how)))
  watch(database)
  return {
    directory,
    variables,
    tokenOf: (user) => localToken(keys, user),
    serve: async (log, more, root) => {
      const serving = await startServing({ ...variables, ...more }, 0, join(directory, `${log}.log`), root)
      watch(serving)
      return serving
    },
    whileUp: (work) => Promise.race([work, broken.promise]),
    watch,
  }
}

/**
 * A database at `CQL_CONTACT_POINTS` is used as it is, and kept.
 * @throws Error when `CQL_CONTACT_POINTS` names another machine, whose owner has not agreed to the load
 */
export const emptyDatabase =
  (env: NodeJS.ProcessEnv = process.env) =>
  async (directory: string, say: Say): Promise<LocalDatabase> => {
    const points = env['CQL_CONTACT_POINTS']?.split(',') ?? []
    const distant = points.filter((point) => !isLoopback(point.trim().replace(/:\d+$/, '')))
    if (distant.length > 0)
      throw new Error(`load goes to this machine only, and CQL_CONTACT_POINTS names ${distant.join(', ')}`)
    atEnd(() => rm(directory, { recursive: true, force: true }))
    return openDatabase({ ...env, CQL_PORT: env['CQL_PORT'] ?? '0' }, directory, say)
  }

/** A database that is never in Docker. */
export const throwawayDatabase = (_directory: string, say: Say): Promise<LocalDatabase> =>
  openThrowawayDatabase(process.env, say)

export const temporaryFolder = async (name: string): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), `dialogs-${name}-`))
  atEnd(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** A folder for what one run leaves, deleted at the end when the run has left nothing. */
export const folderOfRun = async (parent: string, name: string): Promise<string> => {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  const directory = join(parent, `${name}-${time}`)
  // rmdir leaves a folder alone that has something in it.
  atEnd(() => rmdir(directory).catch(() => undefined))
  await mkdir(directory, { recursive: true })
  return directory
}
