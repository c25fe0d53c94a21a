/** A node that whoever started it has left behind: ended before another is started on its directory, which two would ruin. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Say } from '../../progress.ts'
import { runningOn } from './running.ts'

const WAIT_MS = 15_000
const POLL_MS = 100

/**
 * Resolves when no node runs on the directory: at once if none did.
 * @param directory that nobody but the caller uses now
 * @throws Error when the node does not end
 */
export const endLeftover = async (directory: string, say: Say): Promise<void> => {
  const left = await runningOn(directory)
  if (!left) return
  say(`a database that was left behind still runs on that data (process ${left.pid}): stopping it`)
  const deadline = Date.now() + WAIT_MS
  // One that is paused does not hear that it is to end.
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) kill(left.pid, signal)
  while (await runningOn(directory)) {
    if (Date.now() > deadline) throw new Error(`it has not ended: stop process ${left.pid} by hand`)
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
