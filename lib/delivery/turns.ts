/** A concurrency limit that queues: at most so many at once, and the others wait for their turn, in order. */

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
      // The place is handed on, so that no newcomer can take it in between.
      if (next) next()
      else underWay -= 1
    }
  }
}
