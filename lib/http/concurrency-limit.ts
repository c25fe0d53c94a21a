/** Room for so many at once, and no queue: whoever comes then is turned away, rather than kept waiting by a slow database. */
import { Fault } from '../errors.ts'

/** Does the work if there is room. @throws Fault `overloaded`: nothing of the work was done */
type Room = <T>(work: () => Promise<T>) => Promise<T>

export const concurrencyLimit = (most: number): Room => {
  let inside = 0
  return async (work) => {
    if (inside >= most) throw new Fault('overloaded', `${most} requests are being worked on`)
    inside += 1
    try {
      return await work()
    } finally {
      inside -= 1
    }
  }
}
