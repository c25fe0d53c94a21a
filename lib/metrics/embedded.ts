/**
 * The metrics of functions: in CloudWatch's embedded metric format, within the log line that each request writes anyway (AWS,
 * "Specification: Embedded metric format"). A line carries what there is one of for each request, and no more.
 */
import { type Metrics, NO_METRICS } from './metrics.ts'

const DIRECTIVES = [
  {
    Namespace: 'dialogs',
    Dimensions: [['operation', 'code']],
    Metrics: [{ Name: 'dialogs_requests_total', Unit: 'Count' }],
  },
  {
    Namespace: 'dialogs',
    Dimensions: [['operation']],
    Metrics: [{ Name: 'dialogs_request_duration_seconds', Unit: 'Seconds' }],
  },
]

/** @param now in unix milliseconds */
export const embeddedMetrics = (now: () => number): Metrics => ({
  ...NO_METRICS,
  // `operation` is in the line already; a dimension has to be a text.
  reply: (_operation, code, durationMs) => ({
    _aws: { Timestamp: now(), CloudWatchMetrics: DIRECTIVES },
    code,
    dialogs_requests_total: 1,
    dialogs_request_duration_seconds: durationMs / 1000,
  }),
})
