import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { a_command, processes_of } from '../world/command.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dialogs-prove-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const prove = (...args: string[]) =>
  a_command(['run', '-s', 'lab', '--', 'prove', ...args], { ...process.env, LOCAL_DIRECTORY: directory })

test('an unknown experiment is refused before anything is started', async () => {
  const attempt = prove('add-node', 'twice')
  expect(await attempt.ended).toBe(1)
  expect(attempt.output()).toMatch(
    /^error: add-node twice is no experiment\nusage: npm run lab -- prove short \| .* \| all$/,
  )
  expect(await readdir(directory)).toEqual([])
})

test.each(['short', 'all'])(
  'interrupted, %s leaves neither a process nor data behind',
  async (experiment) => {
    const attempt = prove(experiment)
    await attempt.says('starting node 1')
    while ((await processes_of(directory)).length === 0);
    attempt.interrupt()
    expect(await attempt.ended).toBe(130)
    expect(await processes_of(directory)).toEqual([])
    expect(await readdir(join(directory, 'prove'))).toEqual([])
  },
)
