/** The log: one JSON object per line on standard output. Never a message's text, never a credential. */
import {
  type DestinationStream,
  destination,
  type Logger,
  pino,
  stdSerializers,
  stdTimeFunctions,
} from 'pino'

export type Log = Logger

/** Written before the call returns: a function may be frozen right after its reply. */
export const openLog = (to: DestinationStream = destination({ dest: 1, sync: true })): Log =>
  pino(
    {
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.errWithCause },
    },
    to,
  )
