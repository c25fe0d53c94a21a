/** The log: one JSON object per line on standard output. Never a message's text, never a credential. */
import { type DestinationStream, destination, type Logger, pino, stdSerializers } from 'pino'
import { isoTime } from './iso-time.ts'

export type Log = Logger
/** The log of one request: its lines carry the request id. */
export type RequestLog = Pick<Log, 'warn' | 'error'>

export const toStandardOutput = (): DestinationStream => destination({ dest: 1, sync: true })

/** Written before the call returns: a function may be frozen right after its reply. */
export const openLog = (to: DestinationStream = toStandardOutput()): Log =>
  pino(
    {
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.errWithCause },
    },
    to,
  )

/** For a process that is not frozen: the lines of one tick are written together, at its end or when the process exits. */
export const writtenPerTick = (to: DestinationStream): DestinationStream => {
  let lines = ''
  const flush = () => {
    const text = lines
    lines = ''
    if (text !== '') to.write(text)
  }
  process.once('exit', flush)
  return {
    write: (line) => {
      if (lines === '') setImmediate(flush)
      lines += line
    },
  }
}
