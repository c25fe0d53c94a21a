/** What a service in another process is told, and a folder for its log. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { a_place_to_serve } from './keyspace.ts'

export const a_local_setting = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-e2e-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  return { ...(await a_place_to_serve()), directory, remove }
}

export type LocalSetting = Awaited<ReturnType<typeof a_local_setting>>
