/** Whether this instance can do its work now. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { checkClock, isWithinBounds } from './clock.ts'

/** @throws Fault `database_unavailable`, `schema_behind`, `misconfigured` */
export const checkReadiness = async (_: undefined, ctx: Context) => {
  const [schemaIsCurrent] = await Promise.all([ctx.store.schemaIsCurrent(), checkClock(ctx)])
  if (!schemaIsCurrent)
    throw new Fault('schema_behind', 'the database lacks a migration: run npm run migrate')
  return { clockIsWithinBounds: isWithinBounds(ctx) }
}
