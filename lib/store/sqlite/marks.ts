/** The static columns of `buckets`, in the embedded store a table of their own: one row a dialog. */
import type { DatabaseSync } from 'node:sqlite'
import type { DialogId, MessageId, OwnerId } from '../../model/ids.ts'
import type { Bucket } from '../../timeline/bucket.ts'
import type { Statements } from '../bound.ts'
import type { Marks, Side } from '../store.ts'
import type { Run } from './statement.ts'

const CREATE = `CREATE TABLE IF NOT EXISTS marks (
  dialog_id BLOB PRIMARY KEY, listed_low INTEGER, listed_high INTEGER, read_low TEXT, read_high TEXT
) STRICT, WITHOUT ROWID`

const SELECT = 'SELECT listed_low, listed_high, read_low, read_high FROM marks WHERE dialog_id = ?'

/** The greatest wins, as by the timestamps of CQL: ids in text form sort like their bytes. */
const raise = (column: string) => `INSERT INTO marks (dialog_id, ${column}) VALUES (?, ?)
  ON CONFLICT DO UPDATE SET ${column} = max(coalesce(${column}, excluded.${column}), excluded.${column})`

type Table = Statements<Run, 'setListed' | 'setReadUpTo' | 'readMarks'>
type Found = Record<Side, Marks> | undefined

export const marksTable = (database: DatabaseSync): Table & { marksOf: (owner: OwnerId) => Found } => {
  database.exec(CREATE)
  const select = database.prepare(SELECT)
  const setting = (columns: Record<Side, string>) => {
    const statements = {
      low: database.prepare(raise(columns.low)),
      high: database.prepare(raise(columns.high)),
    }
    return <Value extends Bucket | MessageId>(run: Run, dialog: DialogId, side: Side, value: Value) =>
      run('write', () => void statements[side].run(dialog, value))
  }
  const marksOf = (owner: OwnerId): Found => {
    const row = select.get(owner)
    return (
      row && {
        low: markOf(row['listed_low'], row['read_low']),
        high: markOf(row['listed_high'], row['read_high']),
      }
    )
  }
  return {
    setListed: setting({ low: 'listed_low', high: 'listed_high' }),
    setReadUpTo: setting({ low: 'read_low', high: 'read_high' }),
    readMarks: (run, dialog) => run('read', () => marksOf(dialog) ?? { low: {}, high: {} }),
    marksOf,
  }
}

const markOf = (listed: unknown, readUpTo: unknown): Marks => ({
  ...(listed !== null && { listed: listed as Bucket }),
  ...(readUpTo !== null && { readUpTo: readUpTo as MessageId }),
})
