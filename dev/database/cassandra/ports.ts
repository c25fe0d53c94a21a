/** Whether a port accepts connections, and which ports are free. */
import { connect, createServer } from 'node:net'

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

/** The preferred port if it is free, otherwise one that the system chooses. */
export const freePort = (host: string, preferred = 0): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', () =>
      preferred === 0 ? reject(new Error('no free port')) : resolve(freePort(host)),
    )
    server.listen(preferred, host, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
