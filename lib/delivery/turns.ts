/** At most so many at once; what comes in addition waits for its turn. */

export type Turns = <T>(work: () => Promise<T>) => Promise<T>

export const turns = (most: number): Turns => {
  let underWay = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (underWay >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else underWay += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // The place passes on: nobody who comes between the two can take it.
      if (next) next()
      else underWay -= 1
    }
  }
}
