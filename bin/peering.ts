/** Push in one process of `npm run serve`: its WebSockets, and the peer port at which other processes push to them. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { PeerConfig } from '../lib/config/peers.ts'
import type { App } from '../lib/context.ts'
import { peerServer } from '../lib/delivery/peer-server.ts'
import { peerWire } from '../lib/delivery/peers.ts'
import { newSecret } from '../lib/delivery/seal.ts'
import { openSockets, type Sockets } from '../lib/delivery/sockets.ts'
import { sharedReads } from '../lib/push/devices.ts'
import type { Push } from '../lib/push/wire.ts'
import { SOCKET } from './operations.ts'

const PING_SECONDS = 30

type Peering = {
  accept: Sockets['accept']
  push: Push
  /** Lets its clients leave first; resolves within nine seconds. */
  stop: () => Promise<void>
}

/** @throws Error of node:net, such as EADDRINUSE */
export const startPeering = async (
  app: App,
  { host, port, secrets = [newSecret()], allowed }: PeerConfig,
): Promise<Peering> => {
  const { connect, frame, disconnect } = SOCKET
  const handlers = { connect: connect(app), frame: frame(app), disconnect: disconnect(app) }
  const sockets = openSockets(handlers, app)
  const server = peerServer(sockets, secrets, app.tracer)
  const endpoint = await server.listen(port, host)
  const [secret = ''] = secrets
  const wire = peerWire({ endpoint, local: sockets, secret, allowed, log: app.log })
  return {
    accept: sockets.accept,
    push: {
      ...{ wire, devicesOf: sharedReads(sleep), endpoint },
      ...{ awaitedMs: 0, pingSeconds: PING_SECONDS, reconnectMs: sockets.reconnectMs },
    },
    stop: async () => {
      await sockets.stop()
      await server.stop()
    },
  }
}
