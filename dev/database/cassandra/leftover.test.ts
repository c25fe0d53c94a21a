import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Owned, own, stopAll } from '../../process.ts'
import { endLeftover } from './leftover.ts'

let directory: string
let said: string[]
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dialogs-leftover-'))
})
afterAll(async () => {
  await stopAll()
  await rm(directory, { recursive: true, force: true })
})

/** With the command line of a node on this directory. */
const a_process_on = async (folder: string): Promise<Owned> => {
  const code = 'setInterval(() => 0, 1e6)'
  const line = ['-e', code, '--', `-Dcassandra.storagedir=${folder}`, 'Main']
  const node = await own(process.execPath, line, { stdio: 'ignore' })
  await writeFile(join(directory, 'pid'), String(node.pid))
  said = []
  return node
}
const ended = () => endLeftover(directory, (line) => void said.push(line))

test.each([[[]], [['SIGSTOP']]] as NodeJS.Signals[][][])(
  'a node that was left behind is stopped, and reported: after %j',
  async (signals) => {
    const node = await a_process_on(directory)
    for (const signal of signals) process.kill(node.pid, signal)
    await ended()
    expect(await node.ended).toBe('signal SIGTERM')
    expect(said).toEqual([expect.stringContaining(`(process ${node.pid}): stopping it`)])
  },
)

test('another process that has got the id of an earlier node is left alone', async () => {
  const node = await a_process_on(`${directory}0`)
  await ended()
  expect(said).toEqual([])
  expect(() => process.kill(node.pid, 0)).not.toThrow()
  await node.stop()
  await ended()
  expect(said).toEqual([])
})
