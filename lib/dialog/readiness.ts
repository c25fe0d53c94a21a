/** Whether this instance can do its work now. */
import { checkClock, isWithinBounds } from '../buckets/clock.ts'
import { singleFlight } from '../buckets/memory.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { Readiness } from '../model/operations.ts'

/** @throws Fault `database_unavailable`, `schema_behind`, `misconfigured` */
export const checkReadiness = async (_: undefined, ctx: Context): Promise<Readiness> => {
  // This needs no credential: concurrent requests share one query of the database.
  const schema = singleFlight(ctx.memory, 'schema', () => ctx.store.schemaIsCurrent())
  const [schemaIsCurrent] = await Promise.all([schema, checkClock(ctx)])
  if (!schemaIsCurrent)
    throw new Fault('schema_behind', 'the database lacks a migration: run npm run migrate')
  return { clockIsWithinBounds: isWithinBounds(ctx) }
}
