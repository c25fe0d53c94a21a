/** A connection has begun: its socket, from both ends. */
import type { Connection } from '../../../lib/model/connection.ts'
import type { Instance } from '../instance.ts'
import type { PushWorld, Socket } from './world.ts'

/** @param client told of frames, and of the end */
export const openSocket = (
  world: PushWorld,
  connection: Connection,
  instance: Instance,
  client: Pick<Socket, 'hear' | 'hasClosed'>,
): Socket => {
  const socket: Socket = {
    connection,
    shown: [connection],
    moves: [],
    instance: world.hasGateway ? undefined : instance,
    isOpen: true,
    closedMs: Number.POSITIVE_INFINITY,
    ...client,
  }
  world.sockets.set(connection.id, socket)
  return socket
}
