import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { a_command, processes_of } from '../steps/command.ts'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

describe('npm start', () => {
  let directory: string
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialogs-start-'))
    const clean = Object.entries(process.env).filter(([name]) => !/^(AUTH_|CQL_|NODE_OPTIONS$)/.test(name))
    env = { ...Object.fromEntries(clean), LOCAL_DIRECTORY: directory, DOCKER_HOST: 'unix:///nowhere' }
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  const start = (extra: NodeJS.ProcessEnv = {}, ...args: string[]) =>
    a_command(['start', '--', ...args], { ...env, ...extra })

  /** Runs the three commands that it printed, as they are. */
  const tour = async (output: string) => {
    const commands = output.split('\n').filter((line) => /^(TOKEN|curl)/.test(line))
    expect(commands).toHaveLength(3)
    const { stdout } = await run('sh', ['-c', commands.join('\necho;')], { cwd: ROOT, env })
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  test('prints commands that work; Ctrl-C stops everything; the next start, by serve, still has the messages', async () => {
    const first = start()
    const [sent, listed] = await tour(await first.says('Ctrl-C stops everything'))
    expect(sent).toMatchObject({ from: 'alice', to: 'bob', text: 'Hello, Bob!' })
    expect(listed).toEqual([sent])
    first.interrupt()
    await first.ended
    expect(first.output()).toMatch(/stopping \.\.\.\s+stopped$/)
    expect(await processes_of(directory)).toEqual([])

    const second = start({}, 'serve')
    const [again, both] = await tour(await second.says('Ctrl-C stops everything'))
    expect(both).toEqual([again, sent])
    const database = Number(await readFile(join(directory, 'database', 'pid'), 'utf8'))
    process.kill(database, 'SIGKILL')
    await second.says('the database process has ended (signal SIGKILL)')
    expect(await second.ended).toBe(1)
    expect(await processes_of(directory)).toEqual([])
  }, 180_000)

  test('told to terminate while it starts, as by a process manager that knows only npm, leaves nothing behind', async () => {
    const attempt = start()
    await attempt.says('starting Cassandra')
    attempt.terminate()
    await attempt.ended
    expect(attempt.output()).toMatch(/stopping \.\.\.\s+stopped$/)
    expect(await processes_of(directory)).toEqual([])
  }, 60_000)

  test('says which variable is wrong', async () => {
    const attempt = start({ AUTH_MODE: 'jwt' })
    expect(await attempt.ended).toBe(1)
    expect(attempt.output()).toContain(
      'error: AUTH_JWKS is not set; AUTH_ISSUER is not set; AUTH_AUDIENCE is not set',
    )
  })

  test('says how it is used', async () => {
    const attempt = start({}, 'server')
    expect(await attempt.ended).toBe(1)
    expect(attempt.output()).toContain('usage: npm start [-- serve]')
  })

  test('names the ways to a database when there is none', async () => {
    const nowhere = { ...env, PATH: '/nowhere', JAVA_HOME: '' }
    const attempt = run(process.execPath, ['scripts/start.ts'], { cwd: ROOT, env: nowhere })
    await expect(attempt).rejects.toThrow(
      /no database.*CQL_CONTACT_POINTS.*docker info.*Java 11 or 17 and Maven/s,
    )
  })

  test('npm run token refuses what is no user id', async () => {
    await expect(run('npm', ['run', '-s', 'token', '--', '..'], { cwd: ROOT, env })).rejects.toThrow('usage')
    await expect(run('npm', ['run', '-s', 'token'], { cwd: ROOT, env })).rejects.toThrow('usage')
  })
})
