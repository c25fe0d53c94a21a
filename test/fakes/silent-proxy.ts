/** A TCP proxy in front of the database, or of a service, that can swallow replies or reset connections. */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** @param ownPort where it listens; by default a free one */
export const a_silent_proxy = async (port: number, ownPort = 0) => {
  let target = port
  const sockets = new Set<Socket>()
  const silent = new Set<Socket>()
  /** Once a request with these bytes has been forwarded, nothing more is returned on its connection. */
  let swallowReplyTo: string | undefined
  let swallowsLeft = 0
  const server = createServer((client) => {
    const database = connect({ host: '127.0.0.1', port: target })
    sockets.add(client).add(database)
    client.on('data', (bytes) => {
      database.write(bytes)
      if (swallowReplyTo && swallowsLeft > 0 && bytes.includes(swallowReplyTo)) {
        silent.add(client)
        swallowsLeft -= 1
      }
    })
    database.on('data', (bytes) => silent.has(client) || client.write(bytes))
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      one.on('error', () => undefined).on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(ownPort, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    swallowReplyTo: (text: string, times = Number.POSITIVE_INFINITY) => {
      swallowReplyTo = text
      swallowsLeft = times
    },
    /** How many more replies will be swallowed. */
    swallowsLeft: () => swallowsLeft,
    /** Where later connections lead. */
    leadTo: (other: number) => {
      target = other
    },
    /** Silences every open connection; later ones work. */
    silenceAll: () => {
      for (const socket of sockets) silent.add(socket)
    },
    /** Resets every open connection, as a restart of the database does. */
    resetAll: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    close: () =>
      new Promise<unknown>((resolve) => {
        server.close(resolve)
        for (const socket of sockets) socket.destroy()
      }),
  }
}
