/** What the coordinator of a statement reports about itself. */
import { Fault } from '../errors.ts'
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'

const SELECT_TIME: Statement = { kind: 'read', cql: 'SELECT toTimestamp(now()) AS time FROM system.local' }

export const databaseNode: Statements<Execute, 'databaseTime'> = {
  databaseTime: async (execute) => {
    const { rows } = await execute(SELECT_TIME, [])
    const time = rows[0]?.['time']
    if (!(time instanceof Date))
      throw new Fault('database_unavailable', 'the database did not return its time')
    return time.getTime()
  },
}
