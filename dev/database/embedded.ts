/** The last resort of `npm start`, or what it was asked for: the embedded store, in one file. */
import { join } from 'node:path'
import { openEmbedded } from '../../lib/store/sqlite/embedded.ts'
import { atEnd } from '../process.ts'
import type { Say } from '../progress.ts'
import { type LocalDatabase, WAYS } from './database.ts'

/**
 * Makes the file if there is none, so that those who serve from it find its tables.
 * @throws Error when it was made by other code
 */
export const embeddedDatabase = (directory: string, say: Say): LocalDatabase => {
  const file = join(directory, 'embedded.sqlite')
  const { close } = openEmbedded(file)
  atEnd(close)
  say(`database: an embedded store, ${file}
  It is for a look around: one process, no replicas, and none of the guarantees under failure. A database is
${WAYS}`)
  return { variables: { EMBEDDED_STORE: file }, ended: new Promise(() => undefined), stop: close }
}
