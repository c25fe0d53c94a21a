import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { a_command, processes_of } from '../world/command.ts'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const NODE_ALONE = ['node', 'npm', 'sh', 'cat', 'sleep', 'ps', 'curl']
const pathOf = async (program: string) => (await run('which', [program])).stdout.trim()

describe('npm start', () => {
  let directory: string
  let env: NodeJS.ProcessEnv
  /** The environment of a machine without Docker, Java or Maven: what every machine has, and Node. */
  let nodeAlone: NodeJS.ProcessEnv

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialogs-start-'))
    const clean = Object.entries(process.env).filter(([name]) => !/^(AUTH_|CQL_|NODE_OPTIONS$)/.test(name))
    env = { ...Object.fromEntries(clean), LOCAL_DIRECTORY: directory, DOCKER_HOST: 'unix:///nowhere' }
    const bin = join(directory, 'bin')
    await mkdir(bin)
    for (const program of NODE_ALONE) await symlink(await pathOf(program), join(bin, program))
    nodeAlone = { PATH: bin, JAVA_HOME: '' }
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  const start = (extra: NodeJS.ProcessEnv = {}, ...args: string[]) =>
    a_command(['start', '--', ...args], { ...env, ...extra })

  /** Runs the three commands that it has printed, unchanged. */
  const tour = async (output: string, more: NodeJS.ProcessEnv = {}) => {
    const commands = output.split('\n').filter((line) => /^(TOKEN|curl)/.test(line))
    expect(commands).toHaveLength(3)
    expect(output).toContain('with a token for 12 hours:')
    const { stdout } = await run('sh', ['-c', commands.join('\necho;')], {
      cwd: ROOT,
      env: { ...env, ...more },
    })
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

  test('terminated while it starts, as by a process manager that signals npm alone, leaves nothing behind', async () => {
    const attempt = start()
    await attempt.says('starting Cassandra')
    attempt.terminate()
    await attempt.ended
    expect(attempt.output()).toMatch(/stopping \.\.\.\s+stopped$/)
    expect(await processes_of(directory)).toEqual([])
  })

  test.each([
    [{ AUTH_MODE: 'jwt' }, 'AUTH_JWKS is not set; AUTH_ISSUER is not set; AUTH_AUDIENCE is not set'],
    [{ CORS_ORIGINS: '*' }, 'CORS_ORIGINS: must list origins like https://app.example'],
  ])('says which variable is wrong, before it starts a database: %j', async (variables, words) => {
    const attempt = start(variables, 'serve')
    expect(await attempt.ended).toBe(1)
    expect(attempt.output()).toContain(`error: ${words}`)
    expect(attempt.output()).not.toContain('database')
  })

  test.each([[['server']], [['serve', '--isolated']], [['emulator', 'serve']], [['--embed']]])(
    'prints its usage for %j',
    async (args) => {
      const attempt = start({}, ...args)
      expect(await attempt.ended).toBe(1)
      expect(attempt.output()).toContain('usage: npm start [-- [emulator|serve] [--embedded] [--isolated]]')
    },
  )

  describe('on a machine with nothing but Node', () => {
    let local: string
    let alone: NodeJS.ProcessEnv

    beforeAll(() => {
      local = join(directory, 'alone')
      alone = { ...nodeAlone, LOCAL_DIRECTORY: local }
    })

    test('serves from one file, says what that is good for and what not, and keeps the messages for the next start', async () => {
      const first = start(alone)
      const output = await first.says('Ctrl-C stops everything')
      expect(output).toMatch(
        /an embedded store, .*for a look around.*no replicas.*none of the guarantees.*CQL_CONTACT_POINTS.*docker info.*Java 11 or 17 and Maven/s,
      )
      const [sent, listed] = await tour(output, { LOCAL_DIRECTORY: local })
      expect(listed).toEqual([sent])
      first.interrupt()
      await first.ended
      expect(await processes_of(local)).toEqual([])

      const second = start(alone, 'serve')
      const [again, both] = await tour(await second.says('Ctrl-C stops everything'), {
        LOCAL_DIRECTORY: local,
      })
      expect(both).toEqual([again, sent])
      second.interrupt()
      await second.ended
    })

    test('starts nothing in production', async () => {
      const attempt = start({ ...alone, NODE_ENV: 'production' })
      expect(await attempt.ended).toBe(1)
      expect(attempt.output()).toContain('error: EMBEDDED_STORE is for development')
      expect(await processes_of(local)).toEqual([])
    })

    test('a second start is refused, told which process runs and where, and leaves that process alone', async () => {
      const first = start(alone, 'serve')
      const [, url = ''] = /Ready in .*: (.*)\n/.exec(await first.says('Ctrl-C stops everything')) ?? []
      const log = await readFile(join(local, 'serve.log'), 'utf8')
      for (const front of ['emulator', 'serve']) {
        const second = start(alone, front)
        expect(await second.ended).toBe(1)
        expect(second.output()).toMatch(
          new RegExp(
            `npm start already runs on ${local}: process \\d+, ${url}\n.*LOCAL_DIRECTORY=.* npm start`,
          ),
        )
      }
      const after = await readFile(join(local, 'serve.log'), 'utf8')
      // The first one may still have had a line to write.
      expect(after.slice(0, log.length)).toBe(log)
      expect(after.match(/"listening"/g)).toHaveLength(1)
      const [, pid] = /already runs on .*: process (\d+),/.exec(await refusal()) ?? []
      process.kill(Number(pid), 'SIGKILL')
      await first.ended
      const third = start(alone, 'serve')
      await third.says('Ctrl-C stops everything')
      third.interrupt()
      await third.ended
    })

    const refusal = async () => {
      const late = start(alone)
      await late.ended
      return late.output()
    }
  })

  test('npm run token refuses an invalid user id', async () => {
    await expect(run('npm', ['run', '-s', 'token', '--', '..'], { cwd: ROOT, env })).rejects.toThrow('usage')
    await expect(run('npm', ['run', '-s', 'token'], { cwd: ROOT, env })).rejects.toThrow('usage')
  })
})
