/** Builds a thing on first use and keeps it; a failed build is forgotten, so that the next call tries again. */

/** How to tell that a thing has had its day, and how to get rid of it; the next call then builds another. */
export type Retirement<T> = { isSpent: (thing: T) => boolean; dispose: (thing: T) => Promise<void> }

export const lazy = <T>(build: () => Promise<T>, retirement?: Retirement<T>): (() => Promise<T>) => {
  let building: Promise<T> | undefined
  let built: { thing: T } | undefined
  return () => {
    if (built && retirement?.isSpent(built.thing)) {
      retirement.dispose(built.thing).catch(() => undefined)
      building = built = undefined
    }
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
}
