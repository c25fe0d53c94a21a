/** Which process runs on a node's directory: recognized by its id and its command line, since ids are reused. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const PID_FILE = 'pid'

export type Running = { pid: number; paused: boolean }

/** The node that was started on this directory, if it still runs. */
export const runningOn = async (directory: string): Promise<Running | undefined> => {
  const pid = await readFile(join(directory, PID_FILE), 'utf8').catch(() => '')
  if (!/^\d+$/.test(pid)) return undefined
  const { stdout } = await run('ps', ['-ww', '-p', pid, '-o', 'stat=,args=']).catch(() => ({ stdout: '' }))
  const isOurs = stdout.includes(` -Dcassandra.storagedir=${directory} `)
  return isOurs ? { pid: Number(pid), paused: stdout.startsWith('T') } : undefined
}
