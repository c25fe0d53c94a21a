import { describe, expect, test } from '@jest/globals'
import { errors, types } from 'cassandra-driver'
import { faultOf, missingDataCentre } from './outcome.ts'

const answer = (code: number) => new errors.ResponseError(code, 'from a node')
const { responseErrorCodes: codes } = types
const closed = Object.assign(new Error('Socket was closed'), { isSocketError: true })
const timeOut = new errors.OperationTimedOutError('no reply', '127.0.0.1')
const nobody = new errors.NoHostAvailableError({ '127.0.0.1:9042': 'Host considered as DOWN' })

const preparing = { hasBegun: false, mayHaveWritten: false }
const firstAttempt = { hasBegun: true, mayHaveWritten: false }
const laterAttempt = { hasBegun: true, mayHaveWritten: true }

describe('an error of the driver becomes one of three outcomes', () => {
  test.each([
    ['nobody to ask', nobody],
    ['a full connection', new errors.BusyConnectionError('127.0.0.1', 1, 1)],
    ['Unavailable', answer(codes.unavailableException)],
    ['bootstrapping', answer(codes.isBootstrapping)],
    ['a missing table', answer(codes.invalid)],
    ['not allowed', answer(codes.unauthorized)],
  ])('%s: not written', (_, error) => {
    expect(faultOf(error, 'write', firstAttempt)).toMatchObject({
      kind: 'database_unavailable',
      cause: error,
    })
  })

  test.each([
    ['a time-out of ours', timeOut],
    ['a connection lost', closed],
    ['no connection left', new Error('No connection available')],
    ['a server error', answer(codes.serverError)],
    ['an error nobody has thought of', new Error('surprise')],
  ])('%s, while the statement was being prepared: not written', (_, error) => {
    expect(faultOf(error, 'write', preparing)).toMatchObject({ kind: 'database_unavailable', cause: error })
  })

  test.each([
    ['nobody else to ask', nobody],
    ['Unavailable', answer(codes.unavailableException)],
  ])('%s, after an attempt that may have reached a replica: in doubt', (_, error) => {
    expect(faultOf(error, 'write', laterAttempt)).toMatchObject({ kind: 'write_in_doubt', cause: error })
  })

  test.each([
    ['a time-out of ours', timeOut],
    ['a write time-out', answer(codes.writeTimeout)],
    ['a write failure', answer(codes.writeFailure)],
    ['an overloaded node', answer(codes.overloaded)],
    ['a server error', answer(codes.serverError)],
    ['a connection lost', closed],
    ['an error nobody has thought of', new Error('surprise')],
  ])('%s: in doubt for a write, unavailable for a read', (_, error) => {
    expect(faultOf(error, 'write', firstAttempt)).toMatchObject({ kind: 'write_in_doubt' })
    expect(faultOf(error, 'read', laterAttempt)).toMatchObject({ kind: 'database_unavailable' })
  })

  test.each([
    ['wrong CQL', answer(codes.syntaxError)],
    ['a wrong parameter', new TypeError('not a Buffer')],
  ])('%s is a bug, and stays what it is', (_, error) => {
    expect(faultOf(error, 'write', preparing)).toBe(error)
  })
})

test('a cluster that is reached, but has no such data centre, is told from one that is not reached', () => {
  const refused = new errors.NoHostAvailableError({ 'a:9042': new Error('connect ECONNREFUSED') })
  const words = "localDataCenter was configured as 'dc1', but only found hosts in data centers: [eu, us]"
  const other = new errors.NoHostAvailableError({ 'b:9042': new errors.ArgumentError(words) })
  expect(missingDataCentre(new AggregateError([refused, other]), 'dc1')).toMatchObject({
    kind: 'misconfigured',
    message: 'CQL_LOCAL_DATA_CENTER: there is no dc1, only eu, us',
  })
  expect(missingDataCentre(new AggregateError([refused]), 'dc1')).toBeUndefined()
})
