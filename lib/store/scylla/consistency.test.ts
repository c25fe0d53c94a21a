import { expect, test } from '@jest/globals'
import { types } from 'cassandra-driver'
import { consistencyFor } from './consistency.ts'

const { eachQuorum, localSerial } = types.consistencies
const cql = 'INSERT'

test.each([
  ['a read, or a write, is a matter of the local data centre', { kind: 'write', cql }, {}],
  [
    'a write in every data centre is acknowledged by each',
    { kind: 'write', cql, everyDataCentre: true },
    { consistency: eachQuorum },
  ],
  [
    'a transaction is not repeated by the driver',
    { kind: 'write', cql, isTransaction: true },
    { isIdempotent: false },
  ],
  [
    'a read of what transactions decided waits for those under way',
    { kind: 'read', cql, isTransaction: true },
    { consistency: localSerial },
  ],
] as const)('%s', (_, statement, options) => {
  expect(consistencyFor(statement)).toEqual(options)
})
