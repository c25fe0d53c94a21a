/** A network between the service and one node that can be interrupted: packets are held back, connections stay open. */
import { connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  /** Nothing gets through any more, new connections included, and nobody is told. */
  silence: () => void
  /** What was held back arrives late, as packets do that are sent again. */
  resume: () => void
  close: () => void
}
type End = { host: string; port: number }
type Pair = [client: Socket, database: Socket]

/** Resolves when it listens. */
export const openProxy = async (at: End, to: End): Promise<TcpProxy> => {
  const pairs = new Set<Pair>()
  let isSilent = false
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    const database = connect({ ...to, allowHalfOpen: true })
    const pair: Pair = [client, database]
    pairs.add(pair)
    for (const socket of pair) {
      socket.setNoDelay().on('error', () => undefined)
      socket.on('close', () => {
        pairs.delete(pair)
        for (const one of pair) one.destroy()
      })
    }
    if (!isSilent) flow(pair)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, resolve)
  })
  return {
    silence: () => {
      isSilent = true
      pairs.forEach(hold)
    },
    resume: () => {
      isSilent = false
      pairs.forEach(flow)
    },
    close: () => {
      server.close()
      for (const pair of pairs) for (const socket of pair) socket.destroy()
    },
  }
}

const flow = ([client, database]: Pair) => void client.pipe(database).pipe(client)

/** The end of a connection is held back, too: nobody reads it. */
const hold = ([client, database]: Pair) => {
  client.unpipe(database).pause()
  database.unpipe(client).pause()
}
