/** A memory budget that requests share: each reserves the most it may need, and waits its turn if that does not fit. */
import { Fault } from './errors.ts'

type Reservation = {
  /** Gives back what is certainly not needed; never reserves more. */
  shrinkTo: (bytes: number) => void
  release: () => void
}

export type ByteBudget = {
  /**
   * First come, first served, so that a large reservation is not starved by small ones. One that is larger than the
   * whole budget gets all of it.
   * @throws Fault `overloaded` when its turn has not come within `waitMs`
   */
  reserve: (bytes: number, waitMs: number) => Promise<Reservation>
  /** For memory that is already in use: takes it at once, even if that overdraws the budget. */
  charge: (bytes: number) => Reservation
}

type Waiting = { bytes: number; proceed: () => void }

export const byteBudget = (total: number): ByteBudget => {
  let free = total
  const queue: Waiting[] = []
  const serveQueue = () => {
    for (let next = queue[0]; next && next.bytes <= free; next = queue[0]) {
      queue.shift()
      free -= next.bytes
      next.proceed()
    }
  }
  const turn = (bytes: number, waitMs: number) =>
    new Promise<void>((resolve, reject) => {
      const proceed = () => {
        clearTimeout(timer)
        resolve()
      }
      const waiting = { bytes, proceed }
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(waiting), 1)
        reject(new Fault('overloaded', `no room for ${bytes} bytes within ${waitMs} ms`))
        serveQueue()
      }, waitMs)
      queue.push(waiting)
    })
  const reservationOf = (bytes: number): Reservation => {
    let held = bytes
    const shrinkTo = (fewer: number) => {
      free += Math.max(0, held - fewer)
      held = Math.min(held, fewer)
      serveQueue()
    }
    return { shrinkTo, release: () => shrinkTo(0) }
  }
  const charge = (bytes: number) => {
    free -= bytes
    return reservationOf(bytes)
  }
  return {
    charge,
    reserve: async (wanted, waitMs) => {
      const bytes = Math.min(wanted, total)
      if (queue.length === 0 && bytes <= free) return charge(bytes)
      await turn(bytes, waitMs)
      return reservationOf(bytes)
    },
  }
}
