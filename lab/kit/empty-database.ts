/** The database of a load or a benchmark: on this machine, empty, gone when the command ends. */
import { rm } from 'node:fs/promises'
import { type LocalDatabase, openDatabase } from '../../dev/database/database.ts'
import { isLoopback } from '../../dev/loopback.ts'
import { atEnd } from '../../dev/process.ts'
import type { Say } from '../../dev/progress.ts'

/**
 * One at `CQL_CONTACT_POINTS` is taken as it is, and kept.
 * @param directory for the data of one that is brought up
 * @throws Error when `CQL_CONTACT_POINTS` names another machine: whoever is there has not been asked
 */
export const openEmptyDatabase = async (
  env: NodeJS.ProcessEnv,
  directory: string,
  say: Say,
): Promise<LocalDatabase> => {
  const distant = env['CQL_CONTACT_POINTS']
    ?.split(',')
    .filter((point) => !isLoopback(point.trim().replace(/:\d+$/, '')))
  if (distant && distant.length > 0)
    throw new Error(`load goes to this machine only, and CQL_CONTACT_POINTS names ${distant.join(', ')}`)
  atEnd(() => rm(directory, { recursive: true, force: true }))
  return openDatabase({ ...env, CQL_PORT: env['CQL_PORT'] ?? '0' }, directory, say)
}
