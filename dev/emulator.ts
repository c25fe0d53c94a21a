/** serverless-offline: the functions behind an API gateway on this machine. */
import { freePort } from './database/cassandra/ports.ts'
import { untilHealthy } from './healthy.ts'
import { atEnd, own } from './process.ts'
import type { Say } from './progress.ts'
import { serverless } from './serverless.ts'

const HOST = '127.0.0.1'

/** `socket`: where connections are opened, if anything is pushed. */
export type Emulator = {
  url: string
  socket: string
  pid: number
  ended: Promise<string>
  stop: () => Promise<void>
}

/** Whether concurrent requests of one function share its memory; `isolated`: they do not, as on Lambda, and are few. */
export type Mode = 'shared' | 'isolated'

/**
 * Starts the emulator and resolves when a function answers.
 * @param variables the configuration of the service
 * @param root the directory of the service, by default this repository
 * @throws Error with the emulator's output when it ends before that, or does not answer within a minute
 */
export const startEmulator = async (
  variables: Record<string, string>,
  preferredPort: number,
  say: Say,
  mode: Mode = 'shared',
  root?: string,
): Promise<Emulator> => {
  const [httpPort, lambdaPort] = [await freePort(HOST, preferredPort), await freePort(HOST)]
  const websocketPort = await freePort(HOST, preferredPort && preferredPort + 1)
  const ports = Object.entries({ httpPort, lambdaPort, websocketPort }).flatMap(([name, port]) => [
    `--${name}`,
    String(port),
  ])
  const offline = serverless(['offline', 'start', '--host', HOST, ...ports], root)
  const emulator = await own(offline.command, offline.args, {
    cwd: offline.cwd,
    env: { ...process.env, ...variables, ...offline.variables, EMULATOR: mode },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const early: string[] = []
  let hear: Say = (line) => early.push(line)
  for (const stream of [emulator.child.stdout, emulator.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => hear(text.trimEnd()))
  }
  const stop = async () => {
    // What it prints while it stops is of no interest to a developer.
    hear = () => undefined
    await emulator.stop()
    await offline.cleanUp()
  }
  atEnd(stop)
  const url = `http://${HOST}:${httpPort}`
  const ended = emulator.ended.then((how) => `the emulator has ended (${how})`)
  try {
    await untilHealthy(url, ended)
  } catch (cause) {
    await stop()
    throw new Error(`serverless-offline did not start: ${(cause as Error).message}\n${early.join('\n')}`, {
      cause,
    })
  }
  hear = say
  return { url, socket: `ws://${HOST}:${websocketPort}`, pid: emulator.pid, ended, stop }
}
