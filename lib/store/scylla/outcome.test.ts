import { describe, expect, test } from '@jest/globals'
import { errors, types } from 'cassandra-driver'
import { faultOf } from './outcome.ts'

const answer = (code: number) => new errors.ResponseError(code, 'from a node')
const { responseErrorCodes: codes } = types
const closed = Object.assign(new Error('Socket was closed'), { isSocketError: true })
const nobody = new errors.NoHostAvailableError({ '127.0.0.1:9042': 'Host considered as DOWN' })

describe('an error of the driver becomes one of three outcomes', () => {
  test.each([
    ['nobody to ask', nobody],
    ['no connection left, while preparing', new Error('No connection available')],
    ['a full connection', new errors.BusyConnectionError('127.0.0.1', 1, 1)],
    ['Unavailable', answer(codes.unavailableException)],
    ['bootstrapping', answer(codes.isBootstrapping)],
    ['a missing table', answer(codes.invalid)],
    ['not allowed', answer(codes.unauthorized)],
  ])('%s: not written', (_, error) => {
    expect(faultOf(error, 'write', false)).toMatchObject({ kind: 'database_unavailable', cause: error })
  })

  test.each([
    ['nobody else to ask', nobody],
    ['Unavailable', answer(codes.unavailableException)],
  ])('%s, after an attempt that may have reached a replica: in doubt', (_, error) => {
    expect(faultOf(error, 'write', true)).toMatchObject({ kind: 'write_in_doubt', cause: error })
  })

  test.each([
    ['a time-out of ours', new errors.OperationTimedOutError('no reply', '127.0.0.1')],
    ['a write time-out', answer(codes.writeTimeout)],
    ['a write failure', answer(codes.writeFailure)],
    ['an overloaded node', answer(codes.overloaded)],
    ['a server error', answer(codes.serverError)],
    ['a connection lost', closed],
    ['an error nobody has thought of', new Error('surprise')],
  ])('%s: in doubt for a write, unavailable for a read', (_, error) => {
    expect(faultOf(error, 'write', false)).toMatchObject({ kind: 'write_in_doubt' })
    expect(faultOf(error, 'read', true)).toMatchObject({ kind: 'database_unavailable' })
  })

  test.each([
    ['wrong CQL', answer(codes.syntaxError)],
    ['a wrong parameter', new TypeError('not a Buffer')],
  ])('%s is a bug, and stays what it is', (_, error) => {
    expect(faultOf(error, 'write', false)).toBe(error)
  })
})
