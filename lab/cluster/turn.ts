/** One change of the ring at a time, and none half-done. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { atEnd } from '../../dev/process.ts'
import { addressOf, type Place, TURN_PORT } from './place.ts'

const ANSWER_MS = 2_000

/**
 * Does the work unless this or another process is changing the ring. The lock is a port, released when its process ends.
 * @param what tells others what is being done
 * @throws Error that names the change in progress
 */
export const inTurn = async <T>(place: Place, what: string, work: () => Promise<T>): Promise<T> => {
  const host = addressOf(place, 1)
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(`${what} (process ${process.pid})`)
  })
  server.listen(TURN_PORT, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new Error(`${await whoIsAt(host)} is at work on the cluster`, { cause })
  }
  try {
    return await work()
  } finally {
    server.close()
  }
}

const whoIsAt = async (host: string): Promise<string> => {
  const socket = connect({ host, port: TURN_PORT, timeout: ANSWER_MS })
  socket.once('timeout', () => socket.destroy())
  const words = await text(socket).catch(() => '')
  return words || `something else at ${host}:${TURN_PORT}`
}

/** @throws what the work throws */
export const orUndo = async <T>(undo: () => Promise<void>, work: () => Promise<T>): Promise<T> => {
  let isDone = false
  atEnd(async () => {
    if (!isDone) await undo()
  })
  const result = await work()
  isDone = true
  return result
}
