/** Child processes that never outlive this one: a watchdog ends them even when we are killed outright. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

export type Owned = {
  pid: number
  child: ChildProcess
  /** Resolves when the process has ended, to a word on how: `exit code 1`, `signal SIGKILL`. */
  ended: Promise<string>
  /**
   * Sends SIGTERM, then SIGKILL after its grace; resolves when the process has ended, and with it whatever it started
   * and left behind. Safe to call twice.
   */
  stop: () => Promise<void>
  /** From now on it outlives this process, and is not stopped at its end. */
  letGo: () => void
}

const GRACE_SECONDS = 10
const closings = new Set<() => Promise<void>>()

/** Registers what must be done at the end; before the thing is started, so that a failed start is undone too. */
export const atEnd = (close: () => Promise<void>) => void closings.add(close)

/** Does all that is to be done at the end, the last first: the processes that still run are stopped among it. */
export const stopAll = async (): Promise<void> => {
  const all = [...closings].reverse()
  closings.clear()
  for (const close of all) await close()
}

/**
 * Starts a process in a group of its own, so that Ctrl-C reaches only us and we stop things in order.
 * The watchdog reads a pipe that closes when this process ends, however it ends, and then stops the child.
 * @param graceSeconds from SIGTERM to SIGKILL: ten, more for what stops children of its own in order
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
 * Runs a command to its end.
 * @throws Error with what it said when it cannot be started or does not end well
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

/** The group outlives its leader while one of it runs. */
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
