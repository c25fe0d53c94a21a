import { beforeEach, expect, test } from '@jest/globals'
import { Fault } from '../../errors.ts'
import { withPermission } from './run.ts'
import type { Execute, Statement } from './statement.ts'

const READ: Statement = { kind: 'read', cql: 'SELECT' }
const WRITE: Statement = { kind: 'write', cql: 'INSERT' }
const CONDITIONAL: Statement = { kind: 'write', cql: 'INSERT IF NOT EXISTS', isTransaction: true }
const ANSWER = { rows: [], wasApplied: true }

let asked: unknown[][]
let permit: () => void
let refuse: (why: Fault) => void
let execute: Execute

beforeEach(() => {
  asked = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  promise.catch(() => undefined)
  permit = resolve
  refuse = reject
  execute = withPermission(promise, async (...statement) => {
    asked.push(statement)
    return ANSWER
  })
})

test('reads are executed whether or not their caller is permitted', async () => {
  const page = { size: 10 }
  expect(await execute(READ, ['a'], page)).toBe(ANSWER)
  refuse(new Fault('unauthorized', 'withdrawn'))
  expect(await execute(READ, ['b'])).toBe(ANSWER)
  expect(asked).toEqual([
    [READ, ['a'], page],
    [READ, ['b']],
  ])
})

test('a write, conditional or not, is executed once its caller is permitted', async () => {
  const writing = [execute(WRITE, ['a']), execute(CONDITIONAL, ['b'])]
  await execute(READ, [])
  expect(asked).toEqual([[READ, []]])
  permit()
  expect(await Promise.all(writing)).toEqual([ANSWER, ANSWER])
  expect(asked.slice(1)).toEqual([
    [WRITE, ['a']],
    [CONDITIONAL, ['b']],
  ])
})

test('a write whose caller is refused fails with the refusal, and is never executed', async () => {
  const refusal = new Fault('unauthorized', 'withdrawn')
  const early = execute(WRITE, ['early'])
  refuse(refusal)
  await expect(early).rejects.toBe(refusal)
  await expect(execute(CONDITIONAL, ['late'])).rejects.toBe(refusal)
  expect(asked).toEqual([])
})
