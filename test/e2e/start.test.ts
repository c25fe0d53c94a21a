import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { holder, PASSWORD, said, signed_in, they_get } from '../sentences/accounts.ts'
import { they_list } from '../sentences/when.ts'
import { a_command, processes_of } from '../world/command.ts'
import { overHttp } from '../world/service.ts'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const NODE_ALONE = ['node', 'npm', 'sh', 'cat', 'sleep', 'ps', 'curl', 'cut']
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const pathOf = async (program: string) => (await run('which', [program])).stdout.trim()

describe('npm start', () => {
  let directory: string
  let env: NodeJS.ProcessEnv
  /** The environment of a machine without Docker, Java or Maven: what every machine has, and Node. */
  let nodeAlone: NodeJS.ProcessEnv

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialogs-start-'))
    const clean = Object.entries(process.env).filter(
      ([name]) => !/^(ACCOUNTS|AUTH_|CQL_|NODE_OPTIONS$)/.test(name),
    )
    env = { ...Object.fromEntries(clean), LOCAL_DIRECTORY: directory, DOCKER_HOST: 'unix:///nowhere' }
    const bin = join(directory, 'bin')
    await mkdir(bin)
    for (const program of NODE_ALONE) await symlink(await pathOf(program), join(bin, program))
    nodeAlone = { PATH: bin, JAVA_HOME: '' }
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  const start = (extra: NodeJS.ProcessEnv = {}, ...args: string[]) =>
    a_command(['start', '--', ...args], { ...env, ...extra })

  /** Runs the commands that it has printed, unchanged: with an account, then the last two again with the other token. */
  const tour = async (output: string, more: NodeJS.ProcessEnv = {}) => {
    const [, account = '', token = ''] = /\n\n(URL=.*?)\n\n.* 12 hours.*\n(TOKEN=.*?)\n\n/s.exec(output) ?? []
    const commands = [account, 'echo "\\"$TOKEN\\""', token, ...account.split('\n').slice(-2)]
    const { stdout } = await run('sh', ['-euc', commands.join('\n')], { cwd: ROOT, env: { ...env, ...more } })
    const [sent, listed, bearer, sentByAlice, listedByAlice] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(sent).toMatchObject({ from: expect.stringMatching(UUID), to: 'bob', text: 'Hello, Bob!' })
    expect(listed).toEqual([sent])
    expect(sentByAlice).toMatchObject({ from: 'alice', to: 'bob', text: 'Hello, Bob!' })
    return { url: /URL=(.*)/.exec(account)?.[1] as string, sent, bearer, sentByAlice, listedByAlice }
  }

  /** A start on what an earlier tour has left: its account, its messages, and both keys. */
  const it_still_has = async (before: Awaited<ReturnType<typeof tour>>, output: string, env = {}) => {
    const { url, sentByAlice, listedByAlice } = await tour(output, env)
    expect(listedByAlice).toEqual([sentByAlice, before.sentByAlice])
    const service = overHttp(url)
    const { sent, bearer } = before
    expect(said(await they_get(service, sent.from))).toEqual({ id: sent.from, first_name: 'Alice' })
    const again = await signed_in(service, sent.from, false, PASSWORD)
    for (const somebody of [holder(sent.from, bearer), again])
      expect(said(await they_list(service, somebody, { id: 'bob' }))).toEqual([sent])
  }

  test('prints commands that work; Ctrl-C stops everything; the next start, by serve, still has accounts and messages', async () => {
    const first = start()
    const before = await tour(await first.says('Ctrl-C stops everything'))
    expect(before.listedByAlice).toEqual([before.sentByAlice])
    first.interrupt()
    await first.ended
    expect(first.output()).toMatch(/stopping \.\.\.\s+stopped$/)
    expect(await processes_of(directory)).toEqual([])

    const second = start({}, 'serve')
    await it_still_has(before, await second.says('Ctrl-C stops everything'))
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

    test('serves from one file, says what that is good for and what not, and keeps accounts and messages for the next start', async () => {
      const first = start(alone)
      const output = await first.says('Ctrl-C stops everything')
      expect(output).toMatch(
        /an embedded store, .*for a look around.*no replicas.*none of the guarantees.*CQL_CONTACT_POINTS.*docker info.*Java 11 or 17 and Maven/s,
      )
      const before = await tour(output, { LOCAL_DIRECTORY: local })
      first.interrupt()
      await first.ended
      expect(await processes_of(local)).toEqual([])

      const second = start(alone, 'serve')
      const served = await second.says('Ctrl-C stops everything')
      await it_still_has(before, served, { LOCAL_DIRECTORY: local })
      const [, metrics = ''] = /Metrics, for Prometheus: (.*)\n/.exec(served) ?? []
      expect(await (await fetch(metrics)).text()).toContain('\ndialogs_workers{state="answering"} 1\n')
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
