/** One device: it connects, pings, catches up, loses its connection, goes away and comes back, by the client's rules. */
import type { UserId } from '../../../lib/model/ids.ts'
import type { Message } from '../../../lib/model/message.ts'
import type { Following } from '../../../lib/push/client-rules.ts'
import type { Answer } from '../../../lib/push/ping.ts'
import type { Reply } from '../instance.ts'
import { missing } from './check.ts'
import { requestsOf } from './client.ts'
import { PINGS } from './finder.ts'
import { changeToken, connect, drop, type Habits, newToken, PATIENCE_MS, pong, type Self } from './socket.ts'
import { closeSocket, type PushWorld, type Socket } from './world.ts'

export type Device = {
  name: string
  person: UserId
  dataCentre: number
  following: Following<Message>
  live: () => Promise<void>
  /** A ping, on a new connection if there is none; false: without an answer, or without catching up. */
  pingOnce: () => Promise<boolean>
  /** Leaves its connection, if it has one: what follows begins with a new one. */
  leave: () => void
}

export const startDevice = (
  world: PushWorld,
  whose: Pick<Device, 'name' | 'person' | 'dataCentre'>,
  habits: Habits,
): Device => {
  const { person, dataCentre } = whose
  const following = world.scene.setting.product.followDialogs(requestsOf(world, person, dataCentre))
  const begun = { world, ...whose, habits, following, tokens: 1, socket: undefined }
  const self: Self = { ...begun, token: newToken(begun) }
  return {
    ...whose,
    following,
    live: () => live(self),
    pingOnce: () => pingOnce(self),
    leave: () => drop(self, false),
  }
}

const pingOnce = async (self: Self): Promise<boolean> => {
  const { random, time, trace, product } = self.world.scene.setting
  const socket = self.socket ?? (await connect(self))
  if (!socket) return false
  const { expiresMs } = socket.connection
  const askedMs = time.now()
  const reply = await pong(self, socket)
  if (reply && 'result' in reply) {
    // What was renewed is listened to under its new token, from the answer on.
    const rowMs = askedMs + product.rowSeconds(PINGS) * 1000
    const untilMs = Math.min(expiresMs, socket.connection.expiresMs, rowMs)
    const { person, dataCentre, name } = self
    self.world.listening.push({
      ...{ socket, person, dataCentre, askedMs, fromMs: time.now(), expiresMs: untilMs },
    })
    trace(`${name}, who asked at ${askedMs}, is told ${JSON.stringify(reply.result)}`)
    return caughtUp(self, reply.result, askedMs)
  }
  if (reply && isVoid(reply)) startAnew(self, socket)
  else if (!reply || random.chance(0.5)) drop(self, random.chance(0.5))
  return false
}

const caughtUp = async (self: Self, answer: Answer, askedMs: number): Promise<boolean> => {
  const { world, following } = self
  try {
    await following.answered(answer)
  } catch {
    return false
  }
  world.scene.complaints.push(...missing(world, self, askedMs))
  return true
}

const isVoid = (reply: Reply<Answer>) =>
  'error' in reply && (reply.error as { kind?: string }).kind === 'unauthorized'

/** As the server does, and then the client. */
const startAnew = (self: Self, socket: Socket) => {
  closeSocket(self.world, socket)
  if (self.socket === socket) self.socket = undefined
  changeToken(self)
}

const live = async (self: Self) => {
  const { world, habits } = self
  const { time, random } = world.scene.setting
  while (time.now() < world.scene.endMs) {
    // A device pings on while it is catching up.
    await Promise.race([pingOnce(self), time.sleep(PATIENCE_MS)])
    await time.sleep(random.between(habits.pingMs / 2, habits.pingMs * 1.5))
    if (random.chance(world.net.broken)) drop(self, random.chance(0.5))
    if (random.chance(world.net.away)) {
      drop(self, random.chance(0.5))
      await time.sleep(random.between(1_000, 60_000))
    }
  }
}
