/** An error of the driver -> done, not written, or in doubt: the three outcomes of a statement. */
import { errors, types } from 'cassandra-driver'
import { Fault } from '../../errors.ts'
import type { Attempts } from './attempts.ts'
import type { Statement } from './statement.ts'

const { responseErrorCodes } = types

/** Error codes by which a node says that it has not even begun. */
const NOT_BEGUN: number[] = [
  responseErrorCodes.unavailableException,
  responseErrorCodes.isBootstrapping,
  responseErrorCodes.unauthorized,
  responseErrorCodes.invalid,
]

/**
 * "Not written" only if no attempt can have reached a replica: either none has begun, because preparing the statement
 * failed; or the last one has not begun, and `mayHaveWritten` rules out the earlier ones: a time-out that is retried on a
 * node that answers Unavailable may have left its write behind.
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

/** No node answered in time, to either the statement or its preparation. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof errors.OperationTimedOutError ||
  (error instanceof errors.NoHostAvailableError && Object.values(error.innerErrors ?? {}).some(isTimeout))

/** The driver's wording. Assumes that all addresses belong to one cluster. */
const OTHER_DATA_CENTRES = /but only found hosts in data centers: \[(.*)\]/

/** Undefined if something else was wrong. */
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

/** Invalid CQL or a wrong parameter: not the database's fault. */
const isMistakeOfOurs = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof errors.ArgumentError ||
  (error instanceof errors.ResponseError && error.code === responseErrorCodes.syntaxError)
