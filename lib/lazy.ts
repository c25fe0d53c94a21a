/** Builds a thing on first use and keeps it; a failed build is forgotten, so that the next call tries again. */

/** How to tell that a thing has had its day, and how to get rid of it; the next call then builds another. */
export type Retirement<T> = { isSpent: (thing: T) => boolean; dispose: (thing: T) => Promise<void> }

export type Lazy<T> = {
  (): Promise<T>
  /** Disposes of the thing if there is one; builds none for that. */
  retire: () => Promise<void>
}

export const lazy = <T>(build: () => Promise<T>, retirement?: Retirement<T>): Lazy<T> => {
  let building: Promise<T> | undefined
  let built: { thing: T } | undefined
  const retire = async () => {
    const leaving = built
    building = built = undefined
    if (leaving) await retirement?.dispose(leaving.thing)
  }
  const get = () => {
    if (built && retirement?.isSpent(built.thing)) retire().catch(() => undefined)
    building ??= build().then(
      (thing) => {
        built = { thing }
        return thing
      },
      (error) => {
        building = undefined
        throw error
      },
    )
    return building
  }
  return Object.assign(get, { retire })
}
