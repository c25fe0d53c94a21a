/** Child processes that never outlive this one: a watchdog ends them even when we are killed outright. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

export type Owned = {
  pid: number
  child: ChildProcess
  /** Resolves when the process has ended, to how: `exit code 1`, `signal SIGKILL`. */
  ended: Promise<string>
  /**
   * Sends SIGTERM, and SIGKILL after the grace period; resolves when the process has ended, along with any children it
   * has left behind. Safe to call twice.
   */
  stop: () => Promise<void>
  /** Lets the process outlive this one. */
  letGo: () => void
}

const GRACE_SECONDS = 10
const closings = new Set<() => Promise<void>>()

/** Registers a cleanup, before what it undoes is started: a failed start has to be undone as well. */
export const atEnd = (close: () => Promise<void>) => void closings.add(close)

/** Runs all cleanups, the last first; they include stopping the processes that still run. */
export const stopAll = async (): Promise<void> => {
  const all = [...closings].reverse()
  closings.clear()
  for (const close of all) await close()
}

/**
 * Starts a process in a group of its own: Ctrl-C reaches only us, and we stop processes in order.
 * A watchdog reads a pipe that is closed when this process ends, for any reason, and then stops the child.
 * @param graceSeconds from SIGTERM to SIGKILL: more than ten for a process that stops children of its own in order
 * @throws Error when the command cannot be started.
 */
export const own = async (
  command: string,
  args: string[],
  options: SpawnOptions,
  graceSeconds = GRACE_SECONDS,
): Promise<Owned> => {
  const child = spawn(command, args, { ...options, detached: true })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(new Error(`cannot start ${command}: ${cause.message}`, { cause })))
  })
  const pid = child.pid as number
  const watchdog = watch(pid, graceSeconds)
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      watchdog.kill('SIGKILL')
      endGroup(pid)
      closings.delete(stop)
      resolve(signal ? `signal ${signal}` : `exit code ${code}`)
    })
  })
  const stop = async () => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), graceSeconds * 1000)
    await ended
    clearTimeout(timer)
  }
  const letGo = () => {
    watchdog.kill('SIGKILL')
    closings.delete(stop)
    child.unref()
  }
  atEnd(stop)
  return { pid, child, ended, stop, letGo }
}

/**
 * Resolves when the command has succeeded.
 * @throws Error with its output when it cannot be started or fails
 */
export const finish = async (command: string, args: string[], options: SpawnOptions = {}): Promise<void> => {
  const { child, ended } = await own(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const outputs = [child.stdout, child.stderr] as Readable[]
  const said = Promise.all(outputs.map((output) => text(output)))
  const how = await ended
  if (how !== 'exit code 0') {
    throw new Error(`${[command, ...args].join(' ')}: ${how}\n${(await said).join('').trim()}`)
  }
}

/** A group outlives its leader as long as one of its processes runs. */
const endGroup = (leader: number) => {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const watch = (pid: number, graceSeconds: number): ChildProcess => {
  const script = `cat >/dev/null; kill -TERM ${pid}; sleep ${graceSeconds}; kill -KILL -${pid}`
  const watchdog = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  watchdog.unref()
  return watchdog
}
