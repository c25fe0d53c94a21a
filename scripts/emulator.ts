/** serverless-offline: the functions behind an API gateway on this machine. */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { freePort } from './cassandra/ports.ts'
import { untilHealthy } from './healthy.ts'
import { atEnd, own } from './process.ts'
import type { Say } from './progress.ts'

const HOST = '127.0.0.1'
const ROOT = join(import.meta.dirname, '..')

export type Emulator = { url: string; pid: number; ended: Promise<string>; stop: () => Promise<void> }

/**
 * Starts the emulator, with bundles in a folder of its own: several may run at once,
 * and one left by an interrupted run is never loaded, and resolves when a function has answered.
 * @param variables the service's configuration
 * @throws Error with the emulator's own words when it ends before that, or does not answer within a minute
 */
export const startEmulator = async (
  variables: Record<string, string>,
  preferredPort: number,
  say: Say,
): Promise<Emulator> => {
  const bundles = join('.esbuild', randomUUID())
  const [httpPort, lambdaPort] = [await freePort(HOST, preferredPort), await freePort(HOST)]
  const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js')
  const ports = ['--httpPort', String(httpPort), '--lambdaPort', String(lambdaPort)]
  const emulator = await own(process.execPath, [serverless, 'offline', 'start', '--host', HOST, ...ports], {
    cwd: ROOT,
    env: { ...process.env, ...variables, BUNDLE_DIRECTORY: bundles },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const early: string[] = []
  let hear: Say = (line) => early.push(line)
  for (const stream of [emulator.child.stdout, emulator.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => hear(text.trimEnd()))
  }
  const stop = async () => {
    // Its words on its way down are about itself.
    hear = () => undefined
    await emulator.stop()
    await rm(join(ROOT, bundles), { recursive: true, force: true })
  }
  atEnd(stop)
  const url = `http://${HOST}:${httpPort}`
  const ended = emulator.ended.then((how) => `the emulator has ended (${how})`)
  try {
    await Promise.race([untilHealthy(url), ended.then((how) => Promise.reject(new Error(how)))])
  } catch (cause) {
    await stop()
    throw new Error(`serverless-offline did not start: ${(cause as Error).message}\n${early.join('\n')}`, {
      cause,
    })
  }
  hear = say
  return { url, pid: emulator.pid, ended, stop }
}
