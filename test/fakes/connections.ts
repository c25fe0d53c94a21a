/** Connections to a service in memory: what a gateway asks of the handlers, and what it is asked to push. */
import { randomUUID } from 'node:crypto'
import { SOCKET } from '../../bin/operations.ts'
import { startCall } from '../../lib/call.ts'
import type { Limits } from '../../lib/config/limits.ts'
import { showFrame } from '../../lib/contract/frames.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { devicesOf } from '../../lib/push/devices.ts'
import type { Delivery, Push } from '../../lib/push/wire.ts'
import * as given from '../sentences/given.ts'
import { inProcess } from '../world/service.ts'

export type ReceivedFrame = Record<string, unknown> & { type: string }
export type MemoryConnection = {
  id: string
  /** Everything that was pushed to it. */
  told: ReceivedFrame[]
  /** The answer to a frame, which may be anything. */
  says: (frame: unknown) => Promise<ReceivedFrame>
  ends: () => Promise<void>
}

export const HERE = 'http://127.0.0.1:1/here'

const eventOf = (eventType: string, connectionId: string, more: object) => ({
  requestContext: { eventType, routeKey: '$default', connectionId },
  isBase64Encoded: false,
  ...more,
})

/** The service pushes from now on. @param push how this runtime differs from others */
export const a_gateway_before = (app: given.MemoryApp, push: Partial<Push> = {}) => {
  const told = new Map<string, ReceivedFrame[]>()
  const handlers = {
    connect: SOCKET.connect(app),
    frame: SOCKET.frame(app),
    disconnect: SOCKET.disconnect(app),
  }
  const tell = (id: string, text: string): Delivery => {
    const here = told.get(id)
    here?.push(JSON.parse(text))
    return here ? 'delivered' : 'gone'
  }
  app.reached = {
    wire: {
      post: async ({ id }, frame) => tell(id, showFrame(frame)),
      close: async ({ id }, bye) => void tell(id, showFrame(bye)),
    },
    devicesOf,
    endpoint: HERE,
    awaitedMs: 1_000,
    pingSeconds: 30,
    reconnectMs: () => 0,
    ...push,
  }
  const open = async (headers: Record<string, string>) => {
    const id = randomUUID()
    const reply = await handlers.connect(
      eventOf('CONNECT', id, { headers: { host: 'api.test', ...headers } }),
    )
    const connection: MemoryConnection = {
      id,
      told: [],
      says: async (frame) => {
        const body = typeof frame === 'string' ? frame : JSON.stringify(frame)
        const answer = await handlers.frame(eventOf('MESSAGE', id, { body }))
        return JSON.parse(answer.body)
      },
      ends: async () => {
        told.delete(id)
        await handlers.disconnect(eventOf('DISCONNECT', id, {}))
      },
    }
    if (reply.statusCode === 200) told.set(id, connection.told)
    return { reply, connection }
  }
  /** Open, and pushed to. */
  const connected = async (headers: Record<string, string>) => {
    const { connection } = await open(headers)
    await connection.says({ action: 'ping' })
    return connection
  }
  return { handlers, open, connected, eventOf }
}

/** A service that pushes, and its issuer, whose tokens can be withdrawn. */
export const a_service_that_pushes = async (limits: Partial<Limits> = {}) => {
  const provider = await given.an_identity_provider()
  const app = given.a_service_in_memory({ ...provider.auth, tokenMaxAgeSeconds: 86_400 }, undefined, limits)
  const tokenOf = (sub: string, claims: object = {}) =>
    provider.sign({ sub, iat: Math.floor(Date.now() / 1000), jti: randomUUID(), ...claims })
  const somebody = async (id: string, claims?: object): Promise<given.Person> => ({
    id,
    headers: { authorization: `Bearer ${await tokenOf(id, claims)}` },
  })
  const store = () => app.memory.embedded.storeFor(startCall(10_000))
  return {
    app,
    gateway: a_gateway_before(app),
    service: inProcess(app),
    tokenOf,
    somebody,
    alice: await somebody('alice'),
    bob: await somebody('bob'),
    connectionsOf: ({ id }: given.Person) => store().readConnections([id as UserId]),
    /** As when another instance withdraws: this one is not told, and no connection is closed. */
    withdrawAll: ({ id }: given.Person) =>
      store().withdraw(id as UserId, { what: '*', atMs: Date.now() + 60_000 }, 60),
  }
}
