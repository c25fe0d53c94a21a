/** A concurrency limit without a queue: what comes beyond it is turned away, rather than kept waiting by a slow database. */
import { Fault } from '../errors.ts'

type Limit = {
  /** Returns what to call when the work is done. @throws Fault `overloaded`: there is no place */
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
