/** Sockets, what goes over them, and what may go wrong on the way: of instances that hold them, or of a gateway that does. */
import type { Connection, Device } from '../../../lib/model/connection.ts'
import type { Frame } from '../../../lib/model/frame.ts'
import type { MessageId, UserId } from '../../../lib/model/ids.ts'
import type { Message } from '../../../lib/model/message.ts'
import type { DevicesOf } from '../../../lib/push/devices.ts'
import type { Delivery, Wire } from '../../../lib/push/wire.ts'
import type { ConnectionPath } from '../../../lib/store/store.ts'
import type { Instance } from '../instance.ts'
import type { Scene } from '../people.ts'
import type { Random } from '../random.ts'

/** Probabilities: for each call between instances, each frame, each handler, or each interval between two pings. */
export type NetFaults = {
  postLost: number
  /** A call waits for up to twenty seconds, in front of an instance that hangs. */
  postLate: number
  closeLost: number
  answerLost: number
  /** A socket breaks, and its instance may not be told. */
  broken: number
  /** A client is away for up to a minute. */
  away: number
  /** A send stands still before its message is written, for longer than statements take, and less than a reply may. */
  stalled: number
  /** A catch-up stands still before it reads a partition. */
  slowWalk: number
}
export const NO_NET_FAULTS: NetFaults = {
  ...{ postLost: 0, postLate: 0, closeLost: 0, answerLost: 0, broken: 0, away: 0, stalled: 0, slowWalk: 0 },
}
export const drawNetFaults = ({ pick }: Random): NetFaults => ({
  postLost: pick([0, 0, 0.1, 1]),
  postLate: pick([0, 0, 0.1, 0.4]),
  closeLost: pick([0, 0.3, 1]),
  answerLost: pick([0, 0.05, 0.2]),
  broken: pick([0, 0.1, 0.3]),
  away: pick([0, 0.1, 0.4]),
  stalled: pick([0, 0, 0.2, 1]),
  slowWalk: pick([0, 0, 0.1, 0.5]),
})

/** `instance`: the one that holds it; none if a gateway does. */
export type Socket = {
  connection: Connection
  /** By each token that its client has shown over it: a renewal may be stored long before it is answered. */
  shown: Connection[]
  /** Renewals, from when they were asked for until the row of the new token was stored. */
  moves: { beganMs: number; doneMs: number }[]
  instance: Instance | undefined
  isOpen: boolean
  closedMs: number
  hear: (message: Message) => void
  hasClosed: () => void
}

/** That a message was pushed without a fault of this simulation: to all whose rows were there. */
export type Pushed = {
  message: Message
  dataCentre: number
  readMs: number
  doneMs: number
  posted: Set<string>
}
/** An answered ping, asked at `askedMs`: from then on the connection is one that is pushed to, as long as its token and its socket last. */
export type Listening = {
  socket: Socket
  person: UserId
  dataCentre: number
  askedMs: number
  fromMs: number
  expiresMs: number
}
/** `doneMs` is infinite if every attempt has failed; `triedMs`: the last one. `removedMs`: when rows were last removed. */
export type Withdrawn = {
  user: UserId
  path: ConnectionPath
  beganMs: number
  triedMs: number
  removedMs: number
  doneMs: number
}
export type Acknowledged = { message: Message; stampMs: number; ackMs: number; dataCentre: number }

export type PushWorld = {
  scene: Scene
  /** Who answers under `host-<index>`: one that has died is replaced in its place. */
  hosts: Instance[]
  hasGateway: boolean
  net: NetFaults
  sockets: Map<string, Socket>
  finders: Map<Instance, DevicesOf>
  acknowledged: Acknowledged[]
  /** Texts of all that was ever attempted. */
  attempted: Map<string, [UserId, UserId]>
  pushes: Pushed[]
  listening: Listening[]
  withdrawals: Withdrawn[]
  /** Frames that arrived, `connection` by the token of the row that they rest on. */
  heard: { connection: Connection; message: MessageId; atMs: number }[]
}

const GATEWAY = 'gateway'
const POST_MS = 250

/** The instance that answers under an endpoint now, which may not be the one that wrote a row. */
const hostOf = ({ hosts }: PushWorld, endpoint: string): Instance | undefined =>
  hosts[Number(endpoint.replace('host-', ''))]

export const endpointOf = ({ hosts, hasGateway }: PushWorld, instance: Instance): string =>
  hasGateway ? GATEWAY : `host-${hosts.indexOf(instance)}`

const socketAt = (
  world: PushWorld,
  { id, endpoint }: Pick<Device, 'id' | 'endpoint'>,
): Socket | undefined => {
  const socket = world.sockets.get(id)
  if (!socket?.isOpen) return undefined
  return endpoint === GATEWAY || socket.instance === hostOf(world, endpoint) ? socket : undefined
}

export const closeSocket = (world: PushWorld, socket: Socket) => {
  if (!socket.isOpen) return
  socket.isOpen = false
  socket.closedMs = world.scene.setting.time.now()
  const { time, random } = world.scene.setting
  time.at(time.now() + random.between(1, 50), () => {
    socket.hasClosed()
    return true
  })
}

/** Calls `arrive` once the instance at an endpoint is awake to take the call; never if it is dead. */
const reach = (world: PushWorld, endpoint: string, wayMs: number, arrive: (at?: Instance) => void) => {
  const { time } = world.scene.setting
  const knock = () => {
    const instance = endpoint === GATEWAY ? undefined : hostOf(world, endpoint)
    if (instance?.state.isDead) return false
    if (instance && instance.state.frozenUntil > time.now()) {
      time.at(instance.state.frozenUntil, knock)
      return false
    }
    arrive(instance)
    return true
  }
  time.at(time.now() + wayMs, knock)
}

/** What arrives at an endpoint: told to the device a little later, if it is still connected. */
const deliver = (world: PushWorld, device: Device, frame: Frame, wayMs: number): Delivery => {
  const { time, trace } = world.scene.setting
  const socket = socketAt(world, device)
  if (!socket) {
    trace(`${device.id} is gone`)
    return 'gone'
  }
  const connection = socket.shown.find(({ token }) => token === device.token)
  if (!connection) {
    world.scene.complaints.push(`${device.id} is pushed to by ${device.token}, which was never shown over it`)
    return 'delivered'
  }
  time.at(time.now() + wayMs, () => {
    if (!socket.isOpen || frame.type !== 'message') return false
    world.heard.push({ connection, message: frame.message.id, atMs: time.now() })
    socket.hear(frame.message)
    return true
  })
  return 'delivered'
}

/** @param posted is told to which connections something was sent */
export const wireOf = (world: PushWorld, posted: (id: string) => void): Wire => {
  const { time, random, product } = world.scene.setting
  const post: Wire['post'] = (device, frame, sentMs) =>
    new Promise((resolve) => {
      posted(device.id)
      const end = time.once(resolve)
      time.at(time.now() + POST_MS, end('unreachable'))
      if (random.chance(world.net.postLost)) return
      const isLate = random.chance(world.net.postLate)
      const mostMs = device.endpoint === GATEWAY ? 1_500 : 20_000
      const wayMs = isLate ? random.between(100, mostMs) : random.between(1, 10)
      reach(world, device.endpoint, wayMs, (instance) => {
        if (instance && product.isTooOld(sentMs, time.now() + instance.state.offsetMs)) return
        end(deliver(world, device, frame, random.between(1, isLate ? 1_000 : 50)))()
      })
    })
  const close: Wire['close'] = (device) =>
    new Promise((resolve) => {
      const end = time.once(resolve)
      time.at(time.now() + POST_MS, end())
      if (random.chance(world.net.closeLost)) return
      reach(world, device.endpoint, random.between(1, 10), () => {
        const socket = socketAt(world, device)
        if (socket) closeSocket(world, socket)
        end()()
      })
    })
  return { post, close }
}
