/** The keyspaces, tables and rows that all nodes of a fake cluster share, and the execution of statements on them. */

import { type Compiled, compile } from './statement.ts'
import { columnOf, type Table, tableOf } from './table.ts'

export type Database = {
  /** All keyspaces share the tables; statements use the one that was created last. */
  keyspaces: string[]
  /** @throws Error for a statement that the product does not use */
  compile: (cql: string, systemTable: (name: string) => Table | undefined) => Compiled | 'done'
}

export const openDatabase = (): Database => {
  const tables = new Map<string, Table>()
  const compiled = new Map<string, Compiled>()
  const keyspaces = ['system']
  return {
    keyspaces,
    compile: (cql, systemTable) => {
      const known = compiled.get(cql)
      if (known) return known
      if (define(cql, tables, keyspaces)) return 'done'
      let isShared = true
      const found = compile(cql, (name) => {
        const table = tables.get(name)
        if (table) return table
        isShared = false
        const own = systemTable(name)
        if (!own) throw new Error(`unconfigured table ${name}`)
        return own
      })
      if (isShared) compiled.set(cql, found)
      return found
    },
  }
}

/** Returns whether the statement was a definition. */
const define = (cql: string, tables: Map<string, Table>, keyspaces: string[]): boolean => {
  if (/^USE /.test(cql)) return true
  const [, keyspace] = /^CREATE KEYSPACE (?:IF NOT EXISTS )?(\w+)/.exec(cql) ?? []
  if (keyspace) {
    if (!keyspaces.includes(keyspace)) keyspaces.push(keyspace)
    return true
  }
  if (cql.startsWith('CREATE TABLE')) {
    const table = tableOf(cql)
    if (!tables.has(table.name)) tables.set(table.name, table)
    return true
  }
  const [, altered, column] = /^ALTER TABLE (\w+) ADD (.+)$/.exec(cql) ?? []
  if (!altered || !column) return false
  tables.get(altered)?.columns.push(columnOf(column))
  return true
}
