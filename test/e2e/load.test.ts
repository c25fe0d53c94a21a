import { execFile } from 'node:child_process'
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { a_command, processes_of } from '../world/command.ts'
import { a_keyspace } from '../world/keyspace.ts'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

/** Replaces k6, which takes too long to build for these tests: it waits until it is stopped. */
const WAITING_K6 = `#!/bin/sh
[ "$1" = version ] && { echo 'k6 v1.0.0'; exit; }
echo "$LOAD_RUN" >"$HANDED"
exec sleep 600
`

describe('npm run lab -- load', () => {
  let directory: string
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialogs-load-'))
    const bin = join(directory, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'k6'), WAITING_K6)
    await chmod(join(bin, 'k6'), 0o755)
    const { NODE_OPTIONS: _ours, ...own } = process.env
    env = {
      ...own,
      ...a_keyspace().variables,
      PATH: `${bin}:${process.env['PATH']}`,
      HANDED: join(directory, 'handed.json'),
      LOCAL_DIRECTORY: join(directory, 'local'),
      XDG_CACHE_HOME: join(directory, 'cache'),
    }
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  const load = (args: string[], extra: NodeJS.ProcessEnv = {}) =>
    a_command(['run', '-s', 'lab', '--', 'load', ...args], { ...env, ...extra })
  const refusalOf = async (args: string[], extra: NodeJS.ProcessEnv = {}) => {
    const attempt = load(args, extra)
    expect(await attempt.ended).toBe(1)
    expect(await processes_of(directory)).toEqual([])
    return attempt.output()
  }

  test('refuses what it does not know before it starts anything', async () => {
    expect(await refusalOf(['stress'])).toContain('error: stress is no scenario\nusage: npm run lab -- load')
    expect(await refusalOf(['smoke', '--users', '5'])).toContain("error: Unknown option '--users'")
  })

  test('puts no load on a database on another machine', async () => {
    const distant = { CQL_CONTACT_POINTS: '127.0.0.1, 10.0.0.1' }
    expect(await refusalOf(['smoke'], distant)).toMatch(/this machine only.*10\.0\.0\.1/)
  })

  test('does not stop a database that it has not started', async () => {
    expect(await refusalOf(['overload'])).toContain('unset CQL_CONTACT_POINTS')
  })

  test('says that no service answers, or that the service does not know its users', async () => {
    expect(await refusalOf(['smoke', '--target', 'http://127.0.0.1:1'])).toContain(
      'no service answers at http://127.0.0.1:1',
    )
    const server = createServer((_, reply) => reply.writeHead(401).end()).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const output = await refusalOf(['smoke', '--target', `http://127.0.0.1:${port}`])
    expect(output).toContain('does not accept tokens')
    server.close()
    expect(await readdir(join(directory, 'local', 'load'))).toEqual([])
  })

  test('names both ways to install k6 if there is none', async () => {
    const attempt = run(process.execPath, ['lab/main.ts', 'load', 'smoke'], {
      cwd: ROOT,
      env: { ...env, PATH: '/nowhere' },
    })
    await expect(attempt).rejects.toThrow(/k6 1\.x on the PATH.*Go 1\.25 or newer/s)
  })

  test('interrupted, leaves no process and no token behind', async () => {
    const attempt = load(['mixed', '--rate', '7'])
    await attempt.says('mixed at 7 visits/s for 60 s against http://127.0.0.1:')
    let handed = ''
    while (!handed) handed = await readFile(join(directory, 'handed.json'), 'utf8').catch(() => '')
    const { people, targets, rate } = JSON.parse(handed)
    expect(rate).toBe(7)
    expect((await stat(people)).mode & 0o777).toBe(0o600)
    const [{ token }] = JSON.parse(await readFile(people, 'utf8'))
    expect(await processes_of(token)).toEqual([])
    expect(attempt.output()).not.toContain(token)
    attempt.interrupt()
    expect(await attempt.ended).toBe(130)
    expect(attempt.output()).toMatch(/stopping \.\.\.\s+stopped$/)
    await expect(access(people)).rejects.toThrow('ENOENT')
    await expect(fetch(`${targets[0]}/health`)).rejects.toThrow('fetch failed')
    expect(await processes_of(directory)).toEqual([])
  })
})
