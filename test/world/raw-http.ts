/** A connection on which a test controls every byte. */
import { connect } from 'node:net'

export const a_connection = (url: string) => {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  socket.on('error', () => undefined)
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)))
  return {
    socket,
    /** Resolves to everything that was received, when the connection is closed. */
    closed,
    /** Resolves once `count` complete replies with JSON bodies have been received. */
    replies: (count: number) =>
      new Promise<string>((resolve, reject) => {
        const look = () => {
          if ((received.match(/HTTP\/1\.1 \d/g) ?? []).length >= count && /\}$/.test(received))
            resolve(received)
        }
        socket.on('data', look)
        closed.then(() => reject(new Error(`closed after:\n${received}`)))
        look()
      }),
  }
}
