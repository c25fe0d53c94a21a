/** What a service in another process is told: a migrated keyspace of its own, and a key pair that signs for its people. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localAuthVariables, localToken } from '../../scripts/keys.ts'
import { migrateTo } from '../../scripts/migrate.ts'
import type { Credentials } from './given.ts'
import { a_keyspace } from './keyspace.ts'

export const a_local_setting = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-e2e-'))
  const variables = { ...(await localAuthVariables(directory)), ...a_keyspace().variables }
  await migrateTo({ ...process.env, ...variables }, () => undefined)
  const credentials: Credentials = async (user) => ({
    authorization: `Bearer ${await localToken(directory, user)}`,
  })
  /** `directory` is for a test's own files; it holds the private key. */
  return { directory, variables, credentials, remove: () => rm(directory, { recursive: true, force: true }) }
}

export type LocalSetting = Awaited<ReturnType<typeof a_local_setting>>
