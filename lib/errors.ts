/** What can go wrong: a short, closed list. Only http/problem.ts knows what each looks like from outside. */

export type FaultKind =
  /** Not HTTP, or not valid by RFC 9112. */
  | 'malformed_request'
  | 'malformed_json'
  | 'bad_field'
  | 'bad_id'
  | 'bad_cursor'
  | 'bad_time'
  | 'two_cursors'
  | 'out_of_range'
  | 'repeated_parameter'
  | 'bad_key'
  | 'unauthorized'
  /** A page of this origin may not connect. */
  | 'forbidden_origin'
  | 'not_found'
  /** The dialog has no messages. */
  | 'no_such_dialog'
  /** Unknown user or wrong password: which of the two is not disclosed. */
  | 'no_such_sign_in'
  | 'no_such_user'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'frame_too_large'
  | 'headers_too_large'
  | 'request_too_slow'
  | 'not_json'
  /** An idempotency key that was used before, for another message. */
  | 'key_reused'
  /** One sender exceeds the rate limit of this instance. */
  | 'too_many_sends'
  /** Too many failed sign-ins, or registrations, from one network. */
  | 'too_many_attempts'
  /** The database did not answer in time, or refused: nothing was written. */
  | 'database_unavailable'
  /** This instance is at its concurrency limit, or out of memory for replies: nothing was done. */
  | 'overloaded'
  /** A write may or may not have been stored. */
  | 'write_in_doubt'
  | 'clock_out_of_bounds'
  | 'schema_behind'
  | 'keys_unavailable'
  | 'misconfigured'

export type FieldError = { path: string; message: string }

type Options = { cause?: unknown; fields?: FieldError[]; headers?: Record<string, string> }

/**
 * The kind, `fields` and `headers` (of the reply, in addition to those of the kind) may be shown outside; `message`
 * and `cause` are for the log only.
 */
export class Fault extends Error {
  readonly kind: FaultKind
  readonly fields: FieldError[]
  readonly headers: Record<string, string>

  constructor(kind: FaultKind, message: string, { cause, fields = [], headers = {} }: Options = {}) {
    super(message, { cause })
    this.name = 'Fault'
    this.kind = kind
    this.fields = fields
    this.headers = headers
  }
}
