/** How the processes of `npm run serve` share one port. */
import { createServer } from 'node:net'

/**
 * Each process listens on a socket of its own, and the kernel spreads connections over them (SO_REUSEPORT). On one socket
 * that all of them accept from, as other systems need, an idle process takes whatever comes: of 64 connections opened at
 * once, the first one took all.
 */
export const SPREADS_CONNECTIONS = process.platform === 'linux'

/** What a process tells the supervisor once it listens. */
export const LISTENING = 'listening'

/**
 * The port for all of them: for 0, one that is free now.
 * @throws Error EADDRINUSE: processes that share a port would share it with a stranger's, too
 */
export const freePortFor = (port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
