/** A thief: listens with a token that is withdrawn at some moment, on connections that it never gives up. */
import type { Connection, ConnectionId } from '../../../lib/model/connection.ts'
import type { TokenIdentity } from '../../../lib/model/token.ts'
import { STAR } from '../inbox/people.ts'
import type { Instance } from '../instance.ts'
import { someInstance } from '../people.ts'
import { pinging } from './finder.ts'
import { openSocket } from './open-socket.ts'
import { withdraw } from './people.ts'
import { closeSocket, endpointOf, type PushWorld, type Socket } from './world.ts'

/** Its two names are those of a session and of a token. */
type Stolen = TokenIdentity & { names: [`sid:${string}`, `jti:${string}`] }

export const steal = async (world: PushWorld, index: number) => {
  const { time, random } = world.scene.setting
  const token: Stolen = {
    user: STAR,
    issuedMs: time.now(),
    names: [`sid:stolen-${index}`, `jti:stolen-${index}`],
    maxAgeSeconds: 86_400,
    isOwn: true,
  }
  const session = random.chance(0.5) ? { session: `stolen-${index}` } : {}
  const withdrawal = async () => {
    await time.sleep(random.between(0, world.scene.endMs - time.now()))
    const last = [0, 1, 2].map(() => listenOnce(world, token, 1))
    await time.sleep(random.between(0, JUST_BEFORE_MS))
    await Promise.all([withdraw(world, { token, isAll: false, ...session }), ...last])
  }
  await Promise.all([withdrawal(), listen(world, token)])
}

/** Some begin to listen when their token is about to be withdrawn. */
const JUST_BEFORE_MS = 400

const listen = async (world: PushWorld, token: Stolen) => {
  const { time, random } = world.scene.setting
  while (time.now() < world.scene.endMs) {
    await time.sleep(random.between(1, 4_000))
    await listenOnce(world, token, random.between(1, 3))
  }
}

const listenOnce = async (world: PushWorld, token: Stolen, pings: number) => {
  const { time, random } = world.scene.setting
  const instance = someInstance(world.scene)
  const socket = instance && (await connected(world, instance, token))
  for (let left = pings; socket?.isOpen && left > 0; left -= 1) {
    await time.sleep(random.pick([1, 100, 3_000]))
    await ping(world, socket)
  }
}

/** Whoever looks at tokens at the door is taken to know nothing yet. */
const connected = async (world: PushWorld, instance: Instance, { user, issuedMs, names }: Stolen) => {
  const { time, random, product } = world.scene.setting
  const [session, token] = names
  const id = Buffer.from(random.bytes(8)).toString('hex') as ConnectionId
  const endpoint = endpointOf(world, instance)
  const times = { issuedMs, connectedMs: time.now(), expiresMs: issuedMs + 86_400_000 }
  const connection: Connection = { id, user, endpoint, session, token, ...times }
  const reply = await instance.serve((ctx) => product.connect(connection, ctx))
  if (!reply || 'error' in reply) return undefined
  return openSocket(world, connection, instance, { hear: () => undefined, hasClosed: () => undefined })
}

const ping = async (world: PushWorld, socket: Socket) => {
  const { scene } = world
  const { time, product } = scene.setting
  const handler = socket.instance ?? someInstance(scene)
  const { id } = socket.connection
  const pong = await handler?.serve(async (ctx) =>
    product.ping({ connection: await product.knownConnection(id, ctx), sinceMs: time.now() }, pinging(ctx)),
  )
  const error = pong && 'error' in pong ? (pong.error as { kind?: string }) : undefined
  if (error?.kind === 'unauthorized') closeSocket(world, socket)
}
