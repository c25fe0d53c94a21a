/** An error of the driver -> done, not written, or in doubt: the three outcomes of a statement. */
import { errors, types } from 'cassandra-driver'
import { Fault } from '../../errors.ts'
import type { Attempts } from './attempts.ts'
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
 * "Not written" is said only if no attempt can have reached a replica: none has begun, when preparing the statement has
 * failed; or the last one has not, and `mayHaveWritten` speaks for those before: a time-out, retried on a node that then
 * answers Unavailable, may have left its write behind.
 */
export const faultOf = (
  error: unknown,
  kind: Statement['kind'],
  { hasBegun, mayHaveWritten }: Pick<Attempts, 'hasBegun' | 'mayHaveWritten'>,
): unknown => {
  if (isMistakeOfOurs(error)) return error
  return kind === 'read' || !hasBegun || (hasNotBegun(error) && !mayHaveWritten)
    ? new Fault('database_unavailable', 'the database did not answer', { cause: error })
    : new Fault('write_in_doubt', 'the write may be stored', { cause: error })
}

const hasNotBegun = (error: unknown): boolean =>
  error instanceof errors.NoHostAvailableError ||
  error instanceof errors.BusyConnectionError ||
  (error instanceof errors.ResponseError && NOT_BEGUN.includes(error.code))

/** Nobody answered in time, be it to the statement or to its preparation. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof errors.OperationTimedOutError ||
  (error instanceof errors.NoHostAvailableError && Object.values(error.innerErrors ?? {}).some(isTimeout))

/** The driver says it so; that all addresses are of one cluster is assumed. */
const OTHER_DATA_CENTRES = /but only found hosts in data centers: \[(.*)\]/

/** Undefined when that is not what was wrong. */
export const missingDataCentre = (cause: unknown, name: string): Fault | undefined => {
  const [, others] = OTHER_DATA_CENTRES.exec(messagesIn(cause).join('\n')) ?? []
  return others === undefined
    ? undefined
    : new Fault('misconfigured', `CQL_LOCAL_DATA_CENTER: there is no ${name}, only ${others}`, { cause })
}

const messagesIn = (error: unknown): string[] => {
  if (error instanceof AggregateError) return error.errors.flatMap(messagesIn)
  if (error instanceof errors.NoHostAvailableError)
    return Object.values(error.innerErrors ?? {}).flatMap(messagesIn)
  return error instanceof Error ? [error.message] : []
}

/** Wrong CQL, wrong parameter: no database is to blame. */
const isMistakeOfOurs = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof errors.ArgumentError ||
  (error instanceof errors.ResponseError && error.code === responseErrorCodes.syntaxError)
