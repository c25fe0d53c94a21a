/** Builds a value on first use and keeps it; a failed build is forgotten, so that a later call tries again. */
import { setTimeout as sleep } from 'node:timers/promises'

/** For what is built without waiting: a build that throws is tried again by the next call. */
export const once = <T>(build: () => T): (() => T) => {
  let built: T | undefined
  return () => {
    built ??= build()
    return built
  }
}

/** How to tell that a value is spent, and how to dispose of it; the next call then builds another. */
export type Retirement<T> = { isSpent: (value: T) => boolean; dispose: (value: T) => Promise<void> }
/** How long the next build waits after a number of consecutive failures, in milliseconds. */
export type Delay = (failures: number) => number

export type Lazy<T> = {
  (): Promise<T>
  /** The value, if it is built and not spent. */
  current: () => T | undefined
  /** Disposes of the value, even if it is still being built; never builds one just for that. */
  retire: () => Promise<void>
}

/** `value` is set once it is built. */
type Build<T> = { promise: Promise<T>; beginsAt: number; cancel: () => void; value?: T }

/** After a failure, a caller waits this long for the next build, then gets the last failure; the build goes on. */
const MAX_WAIT_MS = 1_000

/** @param delay if absent, the call after a failure builds at once, and waits until the build ends */
export const lazy = <T>(build: () => Promise<T>, retirement?: Retirement<T>, delay?: Delay): Lazy<T> => {
  let current: Build<T> | undefined
  let [failures, lastFailure]: [number, unknown] = [0, undefined]
  const begin = (): Build<T> => {
    const delayMs = delay?.(failures) ?? 0
    const waiting = new AbortController()
    const promise = delayMs > 0 ? sleep(delayMs, undefined, waiting).then(build) : build()
    const begun: Build<T> = { promise, beginsAt: performance.now() + delayMs, cancel: () => waiting.abort() }
    promise.then(
      (value) => {
        begun.value = value
        failures = 0
      },
      (error) => {
        if (current !== begun) return
        current = undefined
        failures += 1
        lastFailure = error
      },
    )
    return begun
  }
  const retire = async () => {
    const leaving = current
    current = undefined
    leaving?.cancel()
    // At once, if it is there: what its disposal finds out may be needed by the build that follows.
    if (leaving?.value !== undefined) await retirement?.dispose(leaving.value)
    else await leaving?.promise.then(retirement?.dispose, () => undefined)
  }
  const get = () => {
    if (current?.value !== undefined && retirement?.isSpent(current.value)) retire().catch(() => undefined)
    current ??= begin()
    return delay && failures > 0 ? withMaxWait(current, lastFailure) : current.promise
  }
  const usable = () => {
    const value = current?.value
    return value !== undefined && retirement?.isSpent(value) ? undefined : value
  }
  return Object.assign(get, { current: usable, retire })
}

const withMaxWait = <T>({ promise, beginsAt }: Build<T>, lastFailure: unknown): Promise<T> => {
  if (beginsAt - performance.now() > MAX_WAIT_MS) return Promise.reject(lastFailure)
  const waiting = new AbortController()
  const timeout = sleep(MAX_WAIT_MS, undefined, waiting).then(() => {
    throw lastFailure
  })
  return Promise.race([promise, timeout]).finally(() => waiting.abort())
}
