/** The log: one JSON object per line on standard output. Never a message's text, never a credential. */
import { type DestinationStream, destination, type Logger, pino, stdSerializers } from 'pino'
import { isoTime } from './iso-time.ts'

export type Log = Logger
/** The log of one request: its lines carry the ids of request and trace. */
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

/** POSIX: a write of up to this many bytes to a pipe is atomic, so that lines of other workers cannot split it. */
const PIPE_BUF = 4_096

/** For a process that is never frozen: writes the lines of one tick together, at its end or when the process ends. */
export const writtenPerTick = (to: DestinationStream): DestinationStream => {
  let lines = ''
  let bytes = 0
  const flush = () => {
    const text = lines
    lines = ''
    bytes = 0
    if (text === '') return
    try {
      to.write(text)
    } catch (error) {
      // A full disk must not end a process that stores messages.
      process.emitWarning(String((error as Error).stack))
    }
  }
  process.once('exit', flush)
  return {
    write: (line) => {
      const length = Buffer.byteLength(line)
      if (bytes + length > PIPE_BUF) flush()
      if (bytes === 0) setImmediate(flush)
      lines += line
      bytes += length
    },
  }
}
