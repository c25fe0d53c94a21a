/** Every metric of the service. Documents, dashboards and alert rules take their names from here. */

/** `values`: all that its one label can have; absent where code elsewhere lists them: operations, codes, statements. */
type Described = {
  help: string
  labels: readonly [] | readonly [string] | readonly [string, string]
  values?: readonly string[]
}
export type Metric = Described &
  (
    | { kind: 'counter' }
    /** `across`: what several processes of one instance are together; absent: their sum. */
    | { kind: 'gauge'; across?: 'average' }
    /** `bounds`: upper bounds, in the unit that ends the name. */
    | { kind: 'histogram'; bounds: readonly number[] }
  )

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const STATEMENT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.5]
const PARTITIONS = [1, 2, 4, 8, 16, 32, 64]

/** Prometheus' conventions: base units, `_total` for counters. No label is ever a person, a dialog, a path or a text. */
export const CATALOGUE = {
  dialogs_requests_total: {
    kind: 'counter',
    help: 'Replies to requests and frames, by operation and code: an HTTP status, or the code of an error.',
    labels: ['operation', 'code'],
  },
  dialogs_request_duration_seconds: {
    kind: 'histogram',
    help: 'From a request that has been read to its reply.',
    labels: ['operation'],
    bounds: REQUEST_SECONDS,
  },
  dialogs_turned_away_total: {
    kind: 'counter',
    help: 'Requests, frames and connections that were refused to protect the service, by reason.',
    labels: ['reason'],
    values: [
      'overloaded',
      'too_many_sends',
      'too_many_attempts',
      'too_many_connections',
      'body_too_large',
      'headers_too_large',
      'request_too_slow',
    ],
  },
  dialogs_statements_total: {
    kind: 'counter',
    help: 'Statements, by outcome: done, not_written (certainly nothing was stored), in_doubt.',
    labels: ['statement', 'outcome'],
  },
  dialogs_statement_duration_seconds: {
    kind: 'histogram',
    help: 'Of a statement, with its retries.',
    labels: ['statement'],
    bounds: STATEMENT_SECONDS,
  },
  dialogs_openings_total: {
    kind: 'counter',
    help: 'Time buckets that were opened, by whether they have more lanes (hotter), fewer (cooler) or as many (even).',
    labels: ['kind'],
    values: ['hotter', 'cooler', 'even'],
  },
  dialogs_lanes: {
    kind: 'histogram',
    help: 'Lanes of the time bucket that a message was written to.',
    labels: [],
    bounds: PARTITIONS,
  },
  dialogs_page_partitions: {
    kind: 'histogram',
    help: 'Partitions that were read for one page of a dialog.',
    labels: [],
    bounds: PARTITIONS,
  },
  dialogs_clock_offset_seconds: {
    kind: 'gauge',
    help: "How far this instance's clock is ahead of the database's, as last compared.",
    labels: [],
    across: 'average',
  },
  dialogs_database_clients_total: {
    kind: 'counter',
    help: 'Database clients that were built, by reason: first, or spent (the one before could not be used any more).',
    labels: ['reason'],
    values: ['first', 'spent'],
  },
  dialogs_sockets: { kind: 'gauge', help: 'Open WebSockets.', labels: [] },
  dialogs_socket_closes_total: {
    kind: 'counter',
    help: 'WebSockets that have ended, by reason: of the client, of the service (as in its bye), or lost (no close frame).',
    labels: ['reason'],
    values: [
      'client',
      'lost',
      'idle',
      'not_allowed',
      'restarting',
      'too_slow',
      'unauthorized',
      'replaced',
      'too_many_frames',
    ],
  },
  dialogs_sign_ins_total: {
    kind: 'counter',
    help: 'Attempts to sign in, by outcome: succeeded, refused (unknown user or wrong password), too_many, failed.',
    labels: ['outcome'],
    values: ['succeeded', 'refused', 'too_many', 'failed'],
  },
  dialogs_refreshes_total: {
    kind: 'counter',
    help: 'Refresh tokens that were presented, by outcome: rotated, repeated (its successor once more), kept (still good), theft, refused, failed.',
    labels: ['outcome'],
    values: ['rotated', 'repeated', 'kept', 'theft', 'refused', 'failed'],
  },
  dialogs_withdrawals_total: {
    kind: 'counter',
    help: 'Withdrawals, by kind: token, session, all (also by a change of the password).',
    labels: ['kind'],
    values: ['token', 'session', 'all'],
  },
  dialogs_pushes_total: {
    kind: 'counter',
    help: 'Frames for connected devices, by outcome: delivered, gone, slow, unreachable, too_old.',
    labels: ['outcome'],
    values: ['delivered', 'gone', 'slow', 'unreachable', 'too_old'],
  },
  dialogs_push_delay_seconds: {
    kind: 'histogram',
    help: 'From a stored message to a delivered push of it.',
    labels: [],
    bounds: REQUEST_SECONDS,
  },
  dialogs_inbox_bucket_rows: {
    kind: 'histogram',
    help: 'Rows of a partition of an inbox, each time that one is read whole for a page.',
    labels: [],
    bounds: [10, 32, 100, 320, 1_000, 3_200],
  },
  dialogs_workers: {
    kind: 'gauge',
    help: 'Processes of this instance, by state: answering, or stuck (it did not tell its metrics within a second).',
    labels: ['state'],
    values: ['answering', 'stuck'],
  },
} as const satisfies Record<string, Metric>

type Catalogue = typeof CATALOGUE
export type MetricName = keyof Catalogue
type Named<Kind> = { [Name in MetricName]: Catalogue[Name]['kind'] extends Kind ? Name : never }[MetricName]
export type CounterName = Named<'counter'>
export type GaugeName = Named<'gauge'>
export type HistogramName = Named<'histogram'>
