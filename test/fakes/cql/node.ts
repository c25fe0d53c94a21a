/** One node of a fake cluster: its sockets, its behaviour, and counts of the frames that it got. */
import { createServer, type Server, type Socket } from 'node:net'
import { type Frame, frameCutter, type Kind, OPCODES } from './frame.ts'
import { type Behaviour, responder, type Surroundings } from './respond.ts'

export type Node = {
  address: string
  behave: (behaviour: Behaviour) => Promise<void>
  /** Delays each reply from now on. */
  delay: (ms: number) => void
  /** Silences every open connection; later ones work. */
  silenceConnections: () => void
  resetConnections: () => void
  /** Connections that were ever opened, and frames by their kind. */
  counts: { opened: number; frames: Partial<Record<Kind, number>> }
  openConnections: () => number
  /** Whether a driver has registered for events here, and is still connected. */
  hasListeners: () => boolean
  /** Sends an event to the drivers that have registered for events. */
  tell: (event: Buffer) => void
}

const KINDS = new Map<number, Kind>(Object.entries(OPCODES).map(([kind, opcode]) => [opcode, kind as Kind]))

/** Resolves when it listens. */
export const openNode = async (address: string, around: Surroundings): Promise<Node> => {
  const counts: Node['counts'] = { opened: 0, frames: {} }
  const sockets = new Set<Socket>()
  const silenced = new WeakSet<Socket>()
  const registered = new Set<Socket>()
  const respond = responder(around)
  let [behaviour, delayMs]: [Behaviour, number] = ['answering', 0]
  const answer = (socket: Socket, frame: Frame): Buffer | undefined => {
    const kind = KINDS.get(frame.opcode) as Kind
    counts.frames[kind] = (counts.frames[kind] ?? 0) + 1
    if (kind === 'REGISTER') registered.add(socket)
    return respond(kind, frame, behaviour)
  }
  const write = (socket: Socket, bytes: Buffer) => {
    if (socket.writable && !silenced.has(socket)) socket.write(bytes)
  }
  const accept = (socket: Socket) => {
    counts.opened += 1
    sockets.add(socket.setNoDelay())
    const cut = frameCutter()
    socket.on('data', (chunk) => {
      const replies = cut(chunk).flatMap((frame) => answer(socket, frame) ?? [])
      if (delayMs > 0) setTimeout(write, delayMs, socket, Buffer.concat(replies))
      else if (replies.length > 0) write(socket, Buffer.concat(replies))
    })
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket) && registered.delete(socket))
    if (behaviour === 'resetting') socket.resetAndDestroy()
  }
  let server: Server | undefined = await listen(address, around.port, accept)
  const resetConnections = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    address,
    behave: async (next) => {
      behaviour = next
      if (next === 'dead' || next === 'resetting') resetConnections()
      if (next === 'dead') {
        await closed(server)
        server = undefined
      } else server ??= await listen(address, around.port, accept)
    },
    delay: (ms) => {
      delayMs = ms
    },
    silenceConnections: () => {
      for (const socket of sockets) silenced.add(socket)
    },
    resetConnections,
    counts,
    openConnections: () => sockets.size,
    hasListeners: () => registered.size > 0,
    tell: (event) => {
      for (const socket of registered) if (behaviour === 'answering') write(socket, event)
    },
  }
}

const listen = (address: string, port: number, accept: (socket: Socket) => void): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(accept)
    server.once('error', reject)
    server.listen(port, address, () => resolve(server))
  })

const closed = (server: Server | undefined) =>
  new Promise<unknown>((resolve) => (server ? server.close(resolve) : resolve(undefined)))
