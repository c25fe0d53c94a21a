/** The memory of a process with all that it started, watched while a load runs. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const EVERY_MS = 2_000

export type Watch = { samplesMb: number[]; stop: () => void }

/** Every two seconds; without `ps` on this machine, there are no samples. */
export const watchMemory = (pid: number): Watch => {
  const samplesMb: number[] = []
  const look = () =>
    residentMb(pid).then(
      (sample) => void (sample > 0 && samplesMb.push(sample)),
      () => undefined,
    )
  const timer = setInterval(look, EVERY_MS)
  return { samplesMb, stop: () => clearInterval(timer) }
}

/** Pages that processes share count once for each; 0 when the process has ended. */
const residentMb = async (root: number): Promise<number> => {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,rss='])
  const processes = stdout.trim().split('\n').map(numbers)
  const family = new Set([root])
  // A child may be listed before its parent: as often as it takes.
  for (let size = 0; size < family.size; ) {
    size = family.size
    for (const [pid = 0, parent = 0] of processes) if (family.has(parent)) family.add(pid)
  }
  const kib = processes.filter(([pid = 0]) => family.has(pid)).reduce((sum, [, , rss = 0]) => sum + rss, 0)
  return Math.round(kib / 1024)
}

const numbers = (line: string) => line.trim().split(/\s+/).map(Number)
