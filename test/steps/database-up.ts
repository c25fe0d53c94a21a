/** Brings up one database for all integration and e2e tests; they keep apart by keyspace. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../scripts/database.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

export default async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-test-'))
  const database = await openDatabase(process.env, directory, say)
  Object.assign(process.env, database.variables)
  Object.assign(globalThis, { database, directory })
}
