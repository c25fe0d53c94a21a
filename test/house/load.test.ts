import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CONTRACTS } from '../../bin/operations.ts'
import { SCENARIOS } from '../../lab/load/request.ts'

const FOLDER = join(import.meta.dirname, '../../lab/load/scenarios')
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8')

describe('the load scenarios', () => {
  test('are the files in their directory, and all are in its README', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'))
    expect(files.map((name) => name.slice(0, -3)).sort()).toEqual(Object.keys(SCENARIOS).sort())
    const readme = read('../README.md')
    expect(Object.keys(SCENARIOS).filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([])
  })

  test('know every operation of the contract by name, but for those of accounts', () => {
    const names = CONTRACTS.filter(({ ofAccounts }) => !ofAccounts).map(({ operation }) => operation)
    const [, list = ''] = /OPERATIONS = \[([^\]]+)\]/.exec(read('steps/rules.ts')) ?? []
    expect([...list.matchAll(/'(\w+)'/g)].map(([, name]) => name)).toEqual(names)
  })
})
