/** Runs one statement for a call: within its deadline, counted on it, and with one of the three outcomes. */
import type { Client, types } from 'cassandra-driver'
import type { Call } from '../../call.ts'
import { Fault } from '../../errors.ts'
import type { PagingState } from '../store.ts'
import { Attempts } from './attempts.ts'
import type { Budget } from './budget.ts'
import { consistencyFor } from './consistency.ts'
import { STATEMENT_MS } from './options.ts'
import { faultOf, isTimeout } from './outcome.ts'
import type { Execute, Statement } from './statement.ts'

/** Counts statements in flight, so that a client is not closed while they run. */
type WorkCount = { begin: () => void; end: () => void; over: () => Promise<void> }

export const countWork = (): WorkCount => {
  let count = 0
  let waiting: (() => void)[] = []
  return {
    begin: () => {
      count += 1
    },
    end: () => {
      count -= 1
      if (count > 0) return
      for (const proceed of waiting) proceed()
      waiting = []
    },
    over: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
  }
}

type Surroundings = { client: Client; budget: Budget; underWay: WorkCount; onTimeout: () => void }

/** Writes wait for the permission, and fail if it is refused; reads need not wait for what their answer waits for. */
export const withPermission =
  (permission: Promise<void>, execute: Execute): Execute =>
  async (statement, ...how) => {
    if (statement.kind === 'write') await permission
    return execute(statement, ...how)
  }

export const executeWithin =
  ({ client, budget, underWay, onTimeout }: Surroundings, call: Call): Execute =>
  async (statement, parameters, page) => {
    const { cql, kind } = statement
    underWay.begin()
    await endOfTick()
    const readTimeout = Math.min(STATEMENT_MS, Math.floor(call.remainingMs()))
    const attempts = new Attempts(call, readTimeout, budget, isSeenAlone(statement))
    try {
      if (readTimeout <= 0) throw new Error('no time left for another statement')
      call.roundTrips += 1
      const paging = page && { fetchSize: page.size, pageState: page.from as string }
      const options = { readTimeout, retry: attempts, ...consistencyFor(statement), ...paging }
      return resultOf(await client.execute(cql, parameters, options))
    } catch (error) {
      if (isTimeout(error)) onTimeout()
      const fault = faultOf(error, kind, attempts)
      if (isCertain(fault)) attempts.takeBack()
      throw fault
    } finally {
      underWay.end()
    }
  }

const isSeenAlone = ({ kind, isUnseen }: Statement) => kind === 'write' && !isUnseen

/** That nothing is stored. */
const isCertain = (fault: unknown) => fault instanceof Fault && fault.kind === 'database_unavailable'

const resultOf = (result: types.ResultSet): Awaited<ReturnType<Execute>> => {
  const next = result.pageState && { next: result.pageState as PagingState }
  return { rows: result.rows ?? [], wasApplied: result.wasApplied(), ...next }
}

let tick: Promise<void> | undefined
/**
 * The driver batches the statements issued between two callbacks of the event loop into one write, but each request is a
 * callback of its own. So statements wait for the end of the tick, when every request that has arrived has been handled.
 */
const endOfTick = () => {
  tick ??= new Promise((resolve) => {
    setImmediate(() => {
      tick = undefined
      resolve()
    })
  })
  return tick
}
