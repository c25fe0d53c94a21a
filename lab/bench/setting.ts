/** What a benchmark runs on: an empty database, people with tokens, services from any folder of this repository. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateTo } from '../../bin/migrate.ts'
import { localAuthVariables } from '../../dev/keys.ts'
import { atEnd } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { type Serving, startServing } from '../../dev/serving.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { openEmptyDatabase } from '../kit/empty-database.ts'
import { overHttp } from './over-http.ts'
import { senders } from './people.ts'
import { rawDriver } from './raw.ts'

const KEYSPACE = 'bench'

/** A migrated keyspace, and the variables that lead there; the folder is gone when the command ends. */
export const openGround = async (say: Say) => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-bench-'))
  atEnd(() => rm(directory, { recursive: true, force: true }))
  const database = await openEmptyDatabase(process.env, join(directory, 'database'), say)
  const auth = await localAuthVariables(directory)
  // A few callers do what many would.
  const unlimited = { SENDS_PER_SECOND: '0' }
  const variables: Record<string, string> = {
    ...auth,
    ...unlimited,
    CQL_KEYSPACE: KEYSPACE,
    ...database.variables,
  }
  await migrateTo({ ...process.env, ...variables }, say)
  return { directory, variables }
}

export const openSetting = async (say: Say) => {
  const { directory, variables } = await openGround(say)
  const people = await senders(directory)
  const raw = await rawDriver(readDatabaseConfig({ ...process.env, ...variables }), people)
  atEnd(raw.close)
  await progress(say, 'filling a dialog for each sender', raw.fill())
  /** A service run from a folder, and what callers can do with it. */
  const serve = async (name: string, root?: string, more: Record<string, string> = {}) => {
    const serving: Serving = await startServing(
      { ...variables, ...more },
      0,
      join(directory, `${name}.log`),
      root,
    )
    const asked = overHttp(serving.url, people)
    const stop = async () => {
      await asked.close()
      await serving.stop()
    }
    return { ...asked, pid: serving.pid, stop }
  }
  return { directory, variables, people, raw, serve }
}

export type Setting = Awaited<ReturnType<typeof openSetting>>
