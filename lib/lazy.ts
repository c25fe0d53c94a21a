/** Builds a thing on first use and keeps it; a failed build is forgotten, so that a later call tries again. */
import { setTimeout as sleep } from 'node:timers/promises'

/** How to tell that a thing has had its day, and how to get rid of it; the next call then builds another. */
export type Retirement<T> = { isSpent: (thing: T) => boolean; dispose: (thing: T) => Promise<void> }
/** How long a build waits that follows so many failures. */
export type Delay = (failures: number) => number

export type Lazy<T> = {
  (): Promise<T>
  /** The thing, if it is there and not spent. */
  current: () => T | undefined
  /** Disposes of the thing if there is one, or one is being built; builds none for that. */
  retire: () => Promise<void>
}

/** `thing` is there once it is built. */
type Build<T> = { promise: Promise<T>; beginsAt: number; cancel: () => void; thing?: T }

/** Once builds fail, a caller waits no longer for the next one: it is told of the last failure, and the build goes on. */
const PATIENCE_MS = 1_000

/** @param delay none: a failed build is tried again with the next call, and waited for to its end */
export const lazy = <T>(build: () => Promise<T>, retirement?: Retirement<T>, delay?: Delay): Lazy<T> => {
  let current: Build<T> | undefined
  let [failures, lastFailure]: [number, unknown] = [0, undefined]
  const begin = (): Build<T> => {
    const delayMs = delay?.(failures) ?? 0
    const waiting = new AbortController()
    const promise = delayMs > 0 ? sleep(delayMs, undefined, waiting).then(build) : build()
    const begun: Build<T> = { promise, beginsAt: performance.now() + delayMs, cancel: () => waiting.abort() }
    promise.then(
      (thing) => {
        begun.thing = thing
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
    await leaving?.promise.then(retirement?.dispose, () => undefined)
  }
  const get = () => {
    if (current?.thing !== undefined && retirement?.isSpent(current.thing)) retire().catch(() => undefined)
    current ??= begin()
    return delay && failures > 0 ? inPatience(current, lastFailure) : current.promise
  }
  const there = () => {
    const thing = current?.thing
    return thing !== undefined && retirement?.isSpent(thing) ? undefined : thing
  }
  return Object.assign(get, { current: there, retire })
}

const inPatience = <T>({ promise, beginsAt }: Build<T>, lastFailure: unknown): Promise<T> => {
  if (beginsAt - performance.now() > PATIENCE_MS) return Promise.reject(lastFailure)
  const waiting = new AbortController()
  const outOfPatience = sleep(PATIENCE_MS, undefined, waiting).then(() => {
    throw lastFailure
  })
  return Promise.race([promise, outOfPatience]).finally(() => waiting.abort())
}
