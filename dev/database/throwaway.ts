/** A database for one run, which leaves nothing behind. Never in Docker: a developer's own containers must not be stopped. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from '../process.ts'
import type { Say } from '../progress.ts'
import { type LocalDatabase, openDatabase } from './database.ts'

export const ITS_OWN = { DOCKER_HOST: 'unix:///nowhere', CQL_PORT: '0' }

/** A database at CQL_CONTACT_POINTS is used instead, and not stopped. @throws Error as openDatabase does */
export const openThrowawayDatabase = async (env: NodeJS.ProcessEnv, say: Say): Promise<LocalDatabase> => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-database-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  atEnd(remove)
  const given = env['CQL_CONTACT_POINTS'] ? env : { ...env, ...ITS_OWN }
  const database = await openDatabase(given, directory, say)
  return {
    ...database,
    stop: async () => {
      await database.stop()
      await remove()
    },
  }
}
