/** The configuration of a service in another process, and a directory for its log. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as given from '../sentences/given.ts'
import { a_place_to_serve, authVariables } from './keyspace.ts'

const a_folder = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-e2e-'))
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) }
}

export const a_local_setting = async () => ({ ...(await a_place_to_serve()), ...(await a_folder()) })

/** With the embedded store. */
export const an_embedded_setting = async () => {
  const provider = await given.an_identity_provider()
  const folder = await a_folder()
  const variables: Record<string, string> = {
    ...authVariables(provider),
    // Our environment has the database of the tests.
    CQL_CONTACT_POINTS: '',
    EMBEDDED_STORE: join(folder.directory, 'embedded.sqlite'),
  }
  return { credentials: provider.credentials, variables, ...folder }
}

export type LocalSetting = Awaited<ReturnType<typeof a_local_setting>>
