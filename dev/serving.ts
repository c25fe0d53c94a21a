/** `npm run serve` as a child process, its log in a file: for tests, load and benchmarks. */
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './database/cassandra/ports.ts'
import { untilHealthy } from './healthy.ts'
import { type Owned, own } from './process.ts'

const HOST = '127.0.0.1'

/** `ended` resolves to a message for a person. */
export type Serving = Owned & { url: string }

/**
 * Resolves when the service answers.
 * @param variables its configuration; our own `NODE_OPTIONS` are not passed on
 * @param root the directory whose `bin/serve.ts` is run
 * @throws Error with the end of its log when it ends before that, or does not answer within a minute
 */
export const startServing = async (
  variables: Record<string, string>,
  preferredPort: number,
  logFile: string,
  root = join(import.meta.dirname, '..'),
): Promise<Serving> => {
  const { NODE_OPTIONS: _ours, ...env } = process.env
  const port = String(await freePort(HOST, preferredPort))
  const log = openSync(logFile, 'w')
  const server = await own(process.execPath, ['bin/serve.ts'], {
    cwd: root,
    env: { ...env, HOST, PORT: port, ...variables },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const url = `http://${HOST}:${port}`
  const ended = server.ended.then((how) => `serve has ended (${how}): see ${logFile}`)
  try {
    await untilHealthy(url, ended)
  } catch (cause) {
    await server.stop()
    const last = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-5)
    throw new Error([(cause as Error).message, ...last].join('\n'), { cause })
  }
  return { ...server, ended, url }
}
