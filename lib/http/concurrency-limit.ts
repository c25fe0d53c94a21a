/**
 * A concurrency limit without a queue: requests beyond it are turned away, rather than left waiting for a slow
 * database.
 */
import { Fault } from '../errors.ts'

type Limit = {
  /** Returns the function that frees the place again. @throws Fault `overloaded` when no place is free */
  enter: () => () => void
}

export const concurrencyLimit = (most: number): Limit => {
  let underWay = 0
  const leave = () => {
    underWay -= 1
  }
  return {
    enter: () => {
      if (underWay >= most) throw new Fault('overloaded', `${most} requests are being worked on`)
      underWay += 1
      return leave
    },
  }
}
