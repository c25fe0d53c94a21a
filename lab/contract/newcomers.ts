/** `npm start` as a newcomer runs it, on the database of this run, in a keyspace of its own: the door that everybody tries first. */
import type { SpawnOptions } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { own } from '../../dev/process.ts'
import type { World } from '../kit/world.ts'

const ROOT = join(import.meta.dirname, '../..')
/** It stops an emulator in order, which stops threads. */
const GRACE_SECONDS = 30

/**
 * Resolves when it is ready.
 * @throws Error with what it has said when it ends before that
 */
export const startAsNewcomers = async ({ variables, directory, watch }: World): Promise<{ url: string }> => {
  const database = Object.entries(variables).filter(([name]) => name.startsWith('CQL_'))
  const env = {
    ...process.env,
    ...Object.fromEntries(database),
    CQL_KEYSPACE: 'newcomers',
    LOCAL_DIRECTORY: join(directory, 'newcomers'),
  }
  const options: SpawnOptions = { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] }
  const started = await own('npm', ['start'], options, GRACE_SECONDS)
  let said = ''
  const url = new Promise<string>((resolve) => {
    ;(started.child.stdout as Readable).setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [, ready] = /^Ready in .*: (\S+)$/m.exec(said) ?? []
      if (ready && said.includes('Ctrl-C stops')) resolve(ready)
    })
  })
  const ended = started.ended.then((how) => {
    throw new Error(`npm start has ended (${how}):\n${said}`)
  })
  const ready = await Promise.race([url, ended])
  watch({ ended: started.ended.then((how) => `npm start has ended (${how})`) })
  return { url: ready }
}
