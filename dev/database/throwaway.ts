/** A database for one run, with nothing left after it. Never in Docker: a developer's own containers are not ours to stop. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from '../process.ts'
import type { Say } from '../progress.ts'
import { type LocalDatabase, openDatabase } from './database.ts'

export const ITS_OWN = { DOCKER_HOST: 'unix:///nowhere', CQL_PORT: '0' }

/** @throws Error as openDatabase does; a database that is given by CQL_CONTACT_POINTS is used, and left as it is */
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
