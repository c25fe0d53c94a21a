/** Runs one statement for a call: within its deadline, counted on it, with one of the three outcomes. */
import type { Client, types } from 'cassandra-driver'
import type { Call } from '../../call.ts'
import { Fault } from '../../errors.ts'
import type { PagingState } from '../store.ts'
import { Attempts } from './attempts.ts'
import type { Budget } from './budget.ts'
import { consistencyFor } from './consistency.ts'
import { STATEMENT_MS } from './options.ts'
import { faultOf, isTimeout } from './outcome.ts'
import type { Execute } from './statement.ts'

type Surroundings = { client: Client; budget: Budget; onTimeout: () => void }

export const executeWithin =
  ({ client, budget, onTimeout }: Surroundings, call: Call): Execute =>
  async (statement, parameters, page) => {
    await endOfTurn()
    const { cql, kind } = statement
    const readTimeout = Math.min(STATEMENT_MS, Math.floor(call.remainingMs()))
    if (readTimeout <= 0) throw new Fault('database_unavailable', 'no time left for another statement')
    const attempts = new Attempts(call, readTimeout, budget, () => {
      if (kind === 'write') call.writing = true
    })
    call.roundTrips += 1
    try {
      const paging = page && { fetchSize: page.size, pageState: page.from as string }
      const options = { readTimeout, retry: attempts, ...consistencyFor(statement), ...paging }
      return resultOf(await client.execute(cql, parameters, options))
    } catch (error) {
      if (isTimeout(error)) onTimeout()
      throw faultOf(error, kind, attempts)
    } finally {
      if (kind === 'write') call.writing = false
    }
  }

const resultOf = (result: types.ResultSet): Awaited<ReturnType<Execute>> => {
  const next = result.pageState && { next: result.pageState as PagingState }
  return { rows: result.rows ?? [], wasApplied: result.wasApplied(), ...next }
}

let turn: Promise<void> | undefined
/**
 * The driver puts into one write what is asked of it between two callbacks of the event loop, and each request is a
 * callback of its own. So statements wait until all that has come in this turn of the loop has been looked at.
 */
const endOfTurn = () => {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined
      resolve()
    })
  })
  return turn
}
