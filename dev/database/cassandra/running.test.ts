import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { own } from '../../process.ts'
import { runningOn } from './running.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dialogs-running-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const a_process_on = (folder: string) =>
  own(
    process.execPath,
    ['-e', 'setInterval(() => 0, 1e6)', '--', `-Dcassandra.storagedir=${folder}`, 'Main'],
    {
      stdio: 'ignore',
    },
  )
const seen = async (pid: number | string) => {
  await writeFile(join(directory, 'pid'), String(pid))
  return runningOn(directory)
}

test('a node is recognized by its command line: another process with its id is not taken for it', async () => {
  const node = await a_process_on(directory)
  const neighbour = await a_process_on(`${directory}0`)
  expect(await runningOn(directory)).toBeUndefined()
  expect(await seen(node.pid)).toEqual({ pid: node.pid, paused: false })
  expect(await seen(neighbour.pid)).toBeUndefined()
  expect(await seen(process.pid)).toBeUndefined()
  expect(await seen('')).toBeUndefined()

  await neighbour.stop()
  process.kill(node.pid, 'SIGSTOP')
  while (!(await seen(node.pid))?.paused);
  process.kill(node.pid, 'SIGCONT')
  await node.stop()
  expect(await seen(node.pid)).toBeUndefined()
})
