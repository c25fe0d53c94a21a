/** Which process runs on a node's directory: told by its id and its command line, so that no other one is taken for it. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const PID_FILE = 'pid'

export type Running = { pid: number; paused: boolean }

/** The process that was started on that directory, if it still runs: ids are given again to others. */
export const runningOn = async (directory: string): Promise<Running | undefined> => {
  const pid = await readFile(join(directory, PID_FILE), 'utf8').catch(() => '')
  if (!/^\d+$/.test(pid)) return undefined
  const { stdout } = await run('ps', ['-ww', '-p', pid, '-o', 'stat=,args=']).catch(() => ({ stdout: '' }))
  const isOurs = stdout.includes(` -Dcassandra.storagedir=${directory} `)
  return isOurs ? { pid: Number(pid), paused: stdout.startsWith('T') } : undefined
}
