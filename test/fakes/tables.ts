/** The tables of a database in memory, as tests look at them and put things into them. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

export type Table = 'messages' | 'buckets' | 'send_claims'
export type Row = Record<string, SQLInputValue>
/** Of a dialog, what its rows have in `dialog_id`. */
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
    /** By their key. */
    rows: (table: Table) => database.prepare(`SELECT * FROM ${table}`).all() as Row[],
    clear,
    add,
    replace: (table: Table, rows: Row[]) => {
      clear(table)
      add(table, rows)
    },
  }
}
