/** Builds a thing on first use and keeps it; a failed build is forgotten, so that the next call tries again. */

/** How to tell that a thing has had its day, and how to get rid of it; the next call then builds another. */
export type Retirement<T> = { isSpent: (thing: T) => boolean; dispose: (thing: T) => Promise<void> }

export type Lazy<T> = {
  (): Promise<T>
  /** Disposes of the thing if there is one, or one is being built; builds none for that. */
  retire: () => Promise<void>
}

/** `thing` is there once it is built. */
type Build<T> = { promise: Promise<T>; thing?: T }

export const lazy = <T>(build: () => Promise<T>, retirement?: Retirement<T>): Lazy<T> => {
  let current: Build<T> | undefined
  const begin = (): Build<T> => {
    const begun: Build<T> = { promise: build() }
    begun.promise.then(
      (thing) => {
        begun.thing = thing
      },
      () => {
        if (current === begun) current = undefined
      },
    )
    return begun
  }
  const retire = async () => {
    const leaving = current
    current = undefined
    await leaving?.promise.then(retirement?.dispose, () => undefined)
  }
  const get = () => {
    if (current?.thing !== undefined && retirement?.isSpent(current.thing)) retire().catch(() => undefined)
    current ??= begin()
    return current.promise
  }
  return Object.assign(get, { retire })
}
