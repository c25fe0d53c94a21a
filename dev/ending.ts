/** How a command that starts other processes ends: on success, on an error or on Ctrl-C, it leaves nothing behind. */
import { fail } from '../bin/fail.ts'
import { stopAll } from './process.ts'
import type { Say } from './progress.ts'

const SAME_SIGNAL_MS = 1_000

/**
 * Does the work, stops every process that it started, and exits: with 0, or with 1 after an error.
 * @param interrupted the exit code after Ctrl-C, SIGTERM or SIGHUP
 */
export const runToTheEnd = async (
  work: () => Promise<void>,
  interrupted: number,
  say: Say,
): Promise<void> => {
  let stoppingSince: number | undefined
  const stop = async (code: number, lastWord?: string) => {
    stoppingSince = Date.now()
    await stopAll().catch(fail)
    if (lastWord) say(lastWord)
    process.exit(code)
  }
  /** One Ctrl-C arrives twice, from the terminal and through npm; when the user presses it again, we exit immediately. */
  const onSignal = () => {
    if (stoppingSince !== undefined) {
      if (Date.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1)
      return
    }
    say('\nstopping ...')
    stop(interrupted, 'stopped')
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  try {
    await work()
  } catch (error) {
    if (stoppingSince !== undefined) return
    console.error(`error: ${(error as Error).message}`)
    return stop(1)
  }
  if (stoppingSince === undefined) await stop(0)
}
