/**
 * Brings up one database for all integration and e2e tests; they keep apart by keyspace. Never in Docker: a developer's
 * own containers are not for tests to stop.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../scripts/database.ts'

const NO_DOCKER = { DOCKER_HOST: 'unix:///nowhere' }
const say = (line: string) => void process.stderr.write(`${line}\n`)

export default async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-test-'))
  const database = await openDatabase({ ...process.env, ...NO_DOCKER, CQL_PORT: '0' }, directory, say)
  Object.assign(process.env, database.variables)
  Object.assign(globalThis, { database, directory })
}
