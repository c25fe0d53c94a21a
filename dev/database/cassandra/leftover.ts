/** Stops a node that was left behind by the process that started it: two nodes on one directory would ruin its data. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Say } from '../../progress.ts'
import { runningOn } from './running.ts'

const WAIT_MS = 15_000
const POLL_MS = 100

/**
 * Resolves when no node runs on the directory.
 * @param directory used by no other process than that node
 * @throws Error when the node does not stop
 */
export const endLeftover = async (directory: string, say: Say): Promise<void> => {
  const left = await runningOn(directory)
  if (!left) return
  say(`a database from an earlier start still runs on that data (process ${left.pid}): stopping it`)
  const deadline = Date.now() + WAIT_MS
  // A paused process does not get SIGTERM before it is resumed.
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) kill(left.pid, signal)
  while (await runningOn(directory)) {
    if (Date.now() > deadline) throw new Error(`it does not stop: end process ${left.pid} by hand`)
    await sleep(POLL_MS)
  }
}

const kill = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
