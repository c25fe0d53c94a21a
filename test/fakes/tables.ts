/** The tables of a database in memory, for tests that read or change their rows. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

export type Table =
  | 'messages'
  | 'buckets'
  | 'send_claims'
  | 'marks'
  | 'inbox'
  | 'users'
  | 'sessions'
  | 'sign_in_failures'
  | 'connections'
  | 'connections_by_id'
export type Row = Record<string, SQLInputValue>
/** The `dialog_id` of a row, in hexadecimal. */
export const hexOf = ({ dialog_id }: Row): string => Buffer.from(dialog_id as Uint8Array).toString('hex')

export const tablesOf = (database: DatabaseSync) => {
  const clear = (table: Table) => database.exec(`DELETE FROM ${table}`)
  const add = (table: Table, rows: Row[]) => {
    for (const row of rows) {
      const columns = Object.keys(row)
      database
        .prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`)
        .run(...Object.values(row))
    }
  }
  return {
    /** In the order of their key. */
    rows: (table: Table | 'inbox' | 'marks') => database.prepare(`SELECT * FROM ${table}`).all() as Row[],
    clear,
    add,
    replace: (table: Table, rows: Row[]) => {
      clear(table)
      add(table, rows)
    },
  }
}
