/** Ports: whether one answers, and which are free. */
import { connect, createServer } from 'node:net'
import getPort from 'get-port'

const PROBE_MS = 200

/** Whether something accepts connections there; takes 200 ms whatever the answer, so that it can be polled. */
export const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    let answer = false
    socket.once('connect', () => {
      answer = true
    })
    socket.once('error', () => undefined)
    setTimeout(() => {
      socket.destroy()
      resolve(answer)
    }, PROBE_MS)
  })

/** Why nobody can listen there: `EADDRINUSE`, or `EADDRNOTAVAIL` for an address that is not this machine's. */
export const obstacleAt = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })

/** The preferred port if it is free, else one that the system chose. No port is given twice within 15 s, so that concurrent starts do not collide. */
export const freePort = (host: string, preferred = 0): Promise<number> => getPort({ host, port: preferred })
