/** k6: the one on the PATH, or one built from its published source; and how a scenario is run with it. */
import { execFile } from 'node:child_process'
import { openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { succeeds } from '../../dev/database/cassandra/java.ts'
import { madeOnce } from '../../dev/once.ts'
import { own } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'

const VERSION = '1.8.1'
const run = promisify(execFile)

/**
 * The command of a k6 1.x.
 * @throws Error that names both ways to one when there is none
 */
export const findK6 = async (env: NodeJS.ProcessEnv, say: Say): Promise<string> => {
  const { stdout } = await run('k6', ['version'], { env }).catch(() => ({ stdout: '' }))
  if (/^k6 v1\./.test(stdout)) return 'k6'
  return madeOnce(env, `k6-${VERSION}`, async (work, place) => {
    if (!(await succeeds('go', ['version'], env)))
      throw new Error(`no k6. One of these is needed:
  - k6 1.x on the PATH (https://grafana.com/docs/k6/latest/set-up/install-k6/),
  - Go 1.25 or newer, to build k6 ${VERSION} from its published source, once.`)
    await progress(say, `building k6 ${VERSION} (once, takes minutes) to ${place}`, build(work))
    return join(work, 'k6')
  })
}

const build = async (work: string) => {
  const go = await own('go', ['install', `go.k6.io/k6@v${VERSION}`], {
    cwd: work,
    env: { ...process.env, GOBIN: work },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = go.child.stderr ? await text(go.child.stderr) : ''
  const how = await go.ended
  if (how !== 'exit code 0') throw new Error(`Go could not build k6 (${how})\n${lastLines(said)}`)
}

/** How k6 ends when it has done its work: all thresholds held, or some were crossed; and when it was stopped. */
const DONE = ['exit code 0', 'exit code 99']
const STOPPED = 'exit code 105'

/** `lines` is the file for the scenario's console output; k6 is stopped as soon as `until` resolves. */
type Recording = { lines: string; until?: Promise<unknown> }

/**
 * Runs a scenario to its end, or until it is stopped; the figures and the page are then in `directory`.
 * @param handed the scenario reads it from LOAD_RUN
 * @throws Error with k6's last words when the scenario could not be run to its end
 */
export const runK6 = async (
  k6: string,
  script: string,
  handed: object,
  directory: string,
  recording?: Recording,
): Promise<void> => {
  const log = join(directory, 'k6.log')
  const output = openSync(log, 'w')
  const console = recording ? ['--console-output', recording.lines, '--log-format', 'raw'] : []
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('K6_'))
  const scenario = await own(k6, ['run', '--quiet', '--no-color', '--address', '', ...console, script], {
    env: {
      ...Object.fromEntries(inherited),
      LOAD_RUN: JSON.stringify(handed),
      K6_NO_USAGE_REPORT: 'true',
      K6_WEB_DASHBOARD: 'true',
      K6_WEB_DASHBOARD_PORT: '-1',
      K6_WEB_DASHBOARD_PERIOD: '1s',
      K6_WEB_DASHBOARD_EXPORT: join(directory, 'report.html'),
    },
    stdio: ['ignore', output, output],
  })
  const allowed = [...DONE]
  recording?.until?.then(
    () => {
      allowed.push(STOPPED)
      return scenario.stop()
    },
    () => undefined,
  )
  const how = await scenario.ended
  if (!allowed.includes(how)) throw new Error(`k6 failed (${how})\n${lastLines(await readFile(log, 'utf8'))}`)
}

const lastLines = (words: string) => words.trimEnd().split('\n').slice(-5).join('\n')
