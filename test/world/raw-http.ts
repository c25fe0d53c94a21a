/** A connection on which a test decides about every byte. */
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
    /** Resolves to everything received, when the other side has closed. */
    closed,
    /** Resolves once so many complete replies with a body in JSON have come. */
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
