/** An error of the driver -> done, not written, or in doubt: the three outcomes of a statement. */
import { errors, types } from 'cassandra-driver'
import { Fault } from '../../errors.ts'
import type { Statement } from './statement.ts'

const { responseErrorCodes } = types

/** Answers with which a node says that it has not even begun. */
const NOT_BEGUN: number[] = [
  responseErrorCodes.unavailableException,
  responseErrorCodes.isBootstrapping,
  responseErrorCodes.unauthorized,
  responseErrorCodes.invalid,
]

/**
 * "Not written" is said only if no attempt can have reached a replica. `mayHaveWritten` speaks for the attempts
 * before the last: a time-out, retried on a node that then answers Unavailable, may have left its write behind.
 */
export const faultOf = (error: unknown, kind: Statement['kind'], mayHaveWritten: boolean): unknown => {
  if (isMistakeOfOurs(error)) return error
  return kind === 'read' || (hasNotBegun(error) && !mayHaveWritten)
    ? new Fault('database_unavailable', 'the database did not answer', { cause: error })
    : new Fault('write_in_doubt', 'the write may be stored', { cause: error })
}

const hasNotBegun = (error: unknown): boolean =>
  error instanceof errors.NoHostAvailableError ||
  error instanceof errors.BusyConnectionError ||
  (error instanceof errors.ResponseError && NOT_BEGUN.includes(error.code)) ||
  // A pool without a connection, met while a statement is being prepared, has no class of its own.
  (error instanceof Error && error.message === 'No connection available')

/** Nobody answered in time, be it to the statement or to its preparation. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof errors.OperationTimedOutError ||
  (error instanceof errors.NoHostAvailableError && Object.values(error.innerErrors ?? {}).some(isTimeout))

/** Wrong CQL, wrong parameter: no database is to blame. */
const isMistakeOfOurs = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof errors.ArgumentError ||
  (error instanceof errors.ResponseError && error.code === responseErrorCodes.syntaxError)
