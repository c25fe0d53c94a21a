/** The socket of one device: how it is made, and what is asked over it. */
import type { Context } from '../../../lib/context.ts'
import type { ConnectionId, Credential } from '../../../lib/model/connection.ts'
import type { UserId } from '../../../lib/model/ids.ts'
import type { Message } from '../../../lib/model/message.ts'
import type { Following } from '../../../lib/push/client-rules.ts'
import type { Answer } from '../../../lib/push/ping.ts'
import type { Store } from '../../../lib/store/store.ts'
import type { Reply } from '../instance.ts'
import { someInstance } from '../people.ts'
import { pinging } from './finder.ts'
import { openSocket } from './open-socket.ts'
import { closeSocket, endpointOf, type PushWorld, type Socket } from './world.ts'

type Token = Omit<Credential, 'user'>
export type Habits = { pingMs: number; tokenMs: number; renews: boolean }
/** A device, and what it has at the moment. */
export type Self = {
  world: PushWorld
  name: string
  person: UserId
  dataCentre: number
  habits: Habits
  following: Following<Message>
  token: Token
  tokens: number
  socket: Socket | undefined
}

/** A client gives up after this time. */
export const PATIENCE_MS = 8_000
/** A mark of everything lies at most this long after it was asked for. */
const MARK_MS = 8_000
/** A token that is about to expire is not worth a connection. */
const SPARE_MS = 2_000

/** Of an issuer whose clock is right, and who knows of withdrawals. */
export const newToken = ({ world, name, person, tokens, habits }: Omit<Self, 'token'>): Token => {
  const nowMs = world.scene.setting.time.now()
  const marks = world.withdrawals.filter(({ user, path }) => user === person && path.length === 0)
  const issuedMs = Math.max(nowMs, ...marks.map(({ triedMs }) => triedMs + MARK_MS))
  const names = { session: `sid:${name}-${tokens}`, token: `jti:${name}-${tokens}` } as const
  return { ...names, issuedMs, expiresMs: nowMs + habits.tokenMs }
}

export const changeToken = (self: Self) => {
  self.tokens += 1
  self.token = newToken(self)
}

/** Undefined: lost on the way, or too late. */
const asked = <T>(world: PushWorld, work: Promise<Reply<T> | undefined>): Promise<Reply<T> | undefined> =>
  new Promise((resolve) => {
    const { time, random } = world.scene.setting
    const end = time.once(resolve)
    const isLost = random.chance(world.net.answerLost)
    void work.then((reply) => !isLost && time.at(time.now() + random.between(1, 40), end(reply)))
    time.at(time.now() + PATIENCE_MS, end(undefined))
  })

/** @param isTold whether who holds it gets to know */
export const drop = (self: Self, isTold: boolean) => {
  const { world, socket, dataCentre } = self
  self.socket = undefined
  if (!socket) return
  closeSocket(world, socket)
  const { product } = world.scene.setting
  const handler = socket.instance ?? someInstance(world.scene, dataCentre)
  if (isTold) void handler?.serve((ctx) => product.disconnect(socket.connection.id, ctx))
}

/** Undefined if it was not to be had. */
export const connect = async (self: Self): Promise<Socket | undefined> => {
  const { world, name, person, dataCentre, following } = self
  const { time, random, product, trace } = world.scene.setting
  const instance = someInstance(world.scene, dataCentre)
  if (!instance) return undefined
  if (self.token.expiresMs < time.now() + SPARE_MS) changeToken(self)
  const endpoint = endpointOf(world, instance)
  const id = Buffer.from(random.bytes(8)).toString('hex') as ConnectionId
  const connection = { id, user: person, endpoint, ...self.token, connectedMs: time.now() }
  const handshake = instance.serve((ctx) => product.connect(connection, ctx))
  const reply = await asked(world, handshake)
  // The status of a failed handshake is hidden from browsers: a new token, to be sure.
  if (reply && 'error' in reply) changeToken(self)
  const isOver = !world.hasGateway && instance.state.isDead
  if (!reply || 'error' in reply || isOver) return undefined
  const socket = openSocket(world, connection, instance, {
    hear: (message) => following.heard(message.from === person ? message.to : message.from, message),
    hasClosed: () => {
      if (self.socket === socket) self.socket = undefined
    },
  })
  self.socket = socket
  trace(`${name} connects as ${id} at ${endpoint}`)
  return socket
}

/** The answer to a ping, or to a new token once the old one has become old. */
export const pong = async (self: Self, socket: Socket): Promise<Reply<Answer> | undefined> => {
  const { world, person, dataCentre, following, habits } = self
  const { time, product } = world.scene.setting
  const { id } = socket.connection
  const handler = socket.instance ?? someInstance(world.scene, dataCentre)
  const sinceMs = following.sinceMs()
  const isOld = self.token.expiresMs < time.now() + habits.tokenMs / 3
  const renew = async (ctx: Context) => {
    self.tokens += 1
    const token = { ...newToken(self), ...(self.token.session && { session: self.token.session }) }
    const beganMs = time.now()
    const putConnection: Store['putConnection'] = async (...row) => {
      await ctx.store.putConnection(...row)
      socket.moves.push({ beganMs, doneMs: time.now() })
    }
    const renewed = { ...socket.connection, ...token }
    socket.shown.push(renewed)
    const watched = pinging({ ...ctx, store: { ...ctx.store, putConnection } })
    const connection = await product.knownConnection(id, ctx)
    const credential = { user: person, ...token }
    const answer = await product.renew({ connection, sinceMs, credential }, watched)
    self.token = token
    socket.connection = renewed
    return answer
  }
  const ping = async (ctx: Context) =>
    product.ping({ connection: await product.knownConnection(id, ctx), sinceMs }, pinging(ctx))
  return handler && asked(world, handler.serve(habits.renews && isOld ? renew : ping))
}
