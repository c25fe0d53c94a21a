/** Whether a port accepts connections, and which ports are free. */
import { connect, createServer } from 'node:net'
import getPort from 'get-port'

const PROBE_MS = 200

/** Whether the port accepts connections; takes 200 ms in any case, and can therefore be polled. */
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

/** Why a process could not listen there: `EADDRINUSE`, or `EADDRNOTAVAIL` for an address of another machine. */
export const obstacleAt = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })

/** The preferred port if it is free, else one that the system chose. No port is given twice within 15 s, so that concurrent starts do not collide. */
export const freePort = (host: string, preferred = 0): Promise<number> => getPort({ host, port: preferred })
