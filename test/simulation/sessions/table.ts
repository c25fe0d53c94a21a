/** The row of one session, and its withdrawal, in a database whose statements are lost, late, or in doubt. */
import type { Session } from '../../../lib/model/session.ts'
import type { Random } from '../random.ts'
import type { Time } from '../time.ts'
import type { Faults } from './faults.ts'

export type Outcome = 'done' | 'not applied' | 'in doubt' | 'not written'
/** What a transaction makes of the row; `stay`: its condition does not hold. */
type Change = (row: Session | undefined) => Session | 'removed' | 'stay'

export type Table = ReturnType<typeof openTable>

/**
 * As claims of keys: the rounds of a transaction are not simulated, only their guarantee. Statements have an order, and
 * each of them completes the transaction that it finds half way, or makes sure that it never takes effect.
 */
export const openTable = (time: Time, random: Random, faults: () => Faults, first: Session) => {
  const state: { row: Session | undefined; withdrawn: boolean } = { row: first, withdrawn: false }
  /** When each generation came to be, in true time. */
  const begun = new Map([[first.generation, time.now()]])
  let halfWay: (() => void) | undefined
  const put = (row: Session | undefined) => {
    state.row = row
    if (row && !begun.has(row.generation)) begun.set(row.generation, time.now())
  }
  const settle = () => {
    if (random.chance(0.5)) halfWay?.()
    halfWay = undefined
  }
  const leaveHalfWay = (finish: () => void) => {
    halfWay = finish
    if (random.chance(0.5)) return
    time.at(time.now() + random.between(1, 10_000), () => {
      if (halfWay !== finish) return false
      finish()
      halfWay = undefined
      return false
    })
  }
  /** The outcome of a transaction at the moment of its effect; undefined: the client never learns it. */
  const decide = (change: Change): Outcome | undefined => {
    settle()
    const next = change(state.row)
    if (next === 'stay') return 'not applied'
    const finish = () => put(next === 'removed' ? undefined : next)
    if (random.chance(faults().halfWay)) {
      leaveHalfWay(finish)
      return random.chance(0.5) ? 'in doubt' : undefined
    }
    finish()
    return 'done'
  }
  const wayMs = () => (random.chance(faults().slow) ? random.between(100, 2_000) : random.between(2, 16))
  const write = (effect: () => Outcome | undefined, timeoutMs: number): Promise<Outcome> =>
    new Promise((resolve) => {
      const end = time.once(resolve)
      if (random.chance(faults().notWritten)) return time.at(time.now() + 2, end('not written'))
      const lateMs = random.chance(faults().late) ? random.between(1_000, 8_000) : 0
      time.at(time.now() + wayMs() + lateMs, () => {
        const outcome = effect()
        if (outcome) time.at(time.now() + random.between(0, 3), end(outcome))
        return false
      })
      time.at(time.now() + (random.chance(faults().unanswered) ? 1 : timeoutMs), end('in doubt'))
    })
  return {
    state,
    begun,
    change: (change: Change, timeoutMs: number) => write(() => decide(change), timeoutMs),
    withdraw: (timeoutMs: number) =>
      write(() => {
        state.withdrawn = true
        return 'done'
      }, timeoutMs),
    /** Undefined: no answer in time. */
    read: (timeoutMs: number): Promise<{ row: Session | undefined } | undefined> =>
      new Promise((resolve) => {
        const end = time.once(resolve)
        time.at(time.now() + wayMs(), () => {
          settle()
          time.at(time.now() + random.between(0, 3), end({ row: state.row }))
          return false
        })
        time.at(time.now() + timeoutMs, end(undefined))
      }),
  }
}
