import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { readMigrations, statementsOf } from './migrations.ts'

const folders: string[] = []
afterAll(() => {
  for (const directory of folders) rmSync(directory, { recursive: true })
})

const folder = (files: Record<string, string>) => {
  const directory = mkdtempSync(join(tmpdir(), 'migrations-'))
  folders.push(directory)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}

describe('the files of migrations', () => {
  test('are read in order, with a checksum of every byte', () => {
    const one = readMigrations(
      folder({ '0001-a.cql': 'CREATE TABLE a;', '0002-b-c.cql': '-- why\nCREATE TABLE b;' }),
    )
    expect(one.map(({ version, name, statements }) => ({ version, name, statements }))).toEqual([
      { version: 1, name: 'a', statements: ['CREATE TABLE a'] },
      { version: 2, name: 'b-c', statements: ['CREATE TABLE b'] },
    ])
    const [changed] = readMigrations(folder({ '0001-a.cql': 'CREATE TABLE a; ' }))
    expect(changed?.checksum).not.toBe(one[0]?.checksum)
  })

  test.each([
    [{ '0002-a.cql': '' }],
    [{ '0001-a.cql': '', '0001-b.cql': '' }],
    [{ '1-a.cql': '' }],
    [{ '0001-a.txt': '' }],
  ])('are refused if a number is missing, duplicated or malformed: %j', (files) => {
    expect(() => readMigrations(folder(files))).toThrow('cql/migrations: expected 000')
  })

  test('are split at semicolons that end a line', () => {
    expect(statementsOf("a = ';x';\n-- c;\nb\n;\n\n")).toEqual(["a = ';x'", 'b'])
  })
})
