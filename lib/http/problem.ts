/** The one table of errors as clients see them: fault -> status, code, message. Codes are never reused. */
import { Fault, type FaultKind } from '../errors.ts'

export type Problem = { status: number; code: number; message: string; headers?: Record<string, string> }

/** RFC 6750, section 3: no error code for a request without a token. */
const CHALLENGE = { 'www-authenticate': 'Bearer realm="dialogs"' }
/** The same section: a token was sent and rejected. The reason is not disclosed. */
export const INVALID_TOKEN = { 'www-authenticate': `${CHALLENGE['www-authenticate']}, error="invalid_token"` }
const SOON = { 'retry-after': '1' }
const LATER = { 'retry-after': '30' }

export const PROBLEMS: Record<FaultKind | 'bug', Problem> = {
  malformed_json: { status: 400, code: 40001, message: 'The body is not valid JSON' },
  bad_field: { status: 400, code: 40002, message: 'A field is missing or not valid' },
  bad_id: { status: 400, code: 40003, message: 'The user id is not valid' },
  bad_cursor: { status: 400, code: 40004, message: 'The cursor is not valid' },
  two_cursors: { status: 400, code: 40005, message: 'Two cursors at once' },
  out_of_range: { status: 400, code: 40006, message: 'A number is out of its range' },
  repeated_parameter: { status: 400, code: 40007, message: 'A query parameter or a header is repeated' },
  bad_key: { status: 400, code: 40008, message: 'The idempotency key is not valid' },
  malformed_request: { status: 400, code: 40010, message: 'The request is not valid HTTP' },
  bad_time: { status: 400, code: 40009, message: 'The time is not one of RFC 3339' },
  unauthorized: { status: 401, code: 40101, message: 'No valid credential', headers: CHALLENGE },
  forbidden_origin: { status: 403, code: 40301, message: 'Pages of this origin may not connect' },
  not_found: { status: 404, code: 40401, message: 'There is nothing at this path' },
  no_such_dialog: { status: 404, code: 40402, message: 'There is no such dialog' },
  no_such_sign_in: { status: 404, code: 40403, message: 'There is no such user and password' },
  no_such_user: { status: 404, code: 40404, message: 'There is no such user' },
  method_not_allowed: { status: 405, code: 40501, message: 'This path does not know this method' },
  request_too_slow: { status: 408, code: 40801, message: 'The request took too long to arrive' },
  body_too_large: { status: 413, code: 41301, message: 'The body is over 64 KiB' },
  frame_too_large: { status: 413, code: 41302, message: 'The frame is over 32 KiB' },
  not_json: {
    status: 415,
    code: 41501,
    message: 'The body must be application/json in UTF-8, not compressed',
  },
  key_reused: { status: 422, code: 42201, message: 'The idempotency key was used for another message' },
  too_many_sends: { status: 429, code: 42901, message: 'Too many messages of one sender', headers: SOON },
  too_many_attempts: { status: 429, code: 42902, message: 'Too many attempts', headers: SOON },
  headers_too_large: { status: 431, code: 43101, message: 'Address and headers are over 16 KiB' },
  bug: { status: 500, code: 50001, message: 'Internal error' },
  database_unavailable: { status: 503, code: 50301, message: 'The database is not available', headers: SOON },
  write_in_doubt: {
    status: 503,
    code: 50302,
    message: 'The write may or may not have been stored',
    headers: SOON,
  },
  clock_out_of_bounds: {
    status: 503,
    code: 50303,
    message: 'This instance cannot write now',
    headers: LATER,
  },
  schema_behind: { status: 503, code: 50304, message: 'The database schema is not current', headers: LATER },
  keys_unavailable: { status: 503, code: 50305, message: 'Credentials cannot be checked now', headers: SOON },
  misconfigured: { status: 503, code: 50306, message: 'The service is not configured', headers: LATER },
  overloaded: { status: 503, code: 50307, message: 'Too busy: nothing was done', headers: SOON },
}

/** Any error that is not a Fault is a bug of ours. */
export const problemOf = (error: unknown): Problem => PROBLEMS[error instanceof Fault ? error.kind : 'bug']

/** The specification's error shape; only a 400 lists fields. */
export const problemBody = (error: unknown, requestId: string) => {
  const { status, code, message } = problemOf(error)
  const errors = status === 400 && error instanceof Fault ? { errors: error.fields } : {}
  return { message, request_id: requestId, code, ...errors }
}
