/** The numbered files of cql/migrations: read, checked for order, split into statements. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Migration = { version: number; name: string; statements: string[]; checksum: string }

/** The only form of ADD that can be repeated after a run that died halfway: one column per statement. */
export const ADD_COLUMN = /^ALTER TABLE (\w+) ADD (\w+) [\w<>]+(?: STATIC)?$/

/** @throws Error when a name is not `NNNN-words.cql`, or a number is missing or used twice */
export const readMigrations = (directory: string): Migration[] =>
  readdirSync(directory)
    .sort()
    .map((file, index) => {
      const [, number, name] = /^(\d{4})-([a-z0-9-]+)\.cql$/.exec(file) ?? []
      if (!name || Number(number) !== index + 1) {
        throw new Error(
          `cql/migrations: expected ${String(index + 1).padStart(4, '0')}-name.cql, found ${file}`,
        )
      }
      const text = readFileSync(join(directory, file), 'utf8')
      const checksum = createHash('sha256').update(text).digest('hex')
      return { version: index + 1, name, statements: statementsOf(text), checksum }
    })

/** Statements end in a semicolon at the end of a line; comments are dropped. */
export const statementsOf = (cql: string): string[] =>
  cql
    .replace(/--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
