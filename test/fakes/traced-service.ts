/** A service of this process as it is deployed, with the embedded store in memory: what it logs, who uses it, whom it pushes to. */
import { randomUUID } from 'node:crypto'
import { SOCKET } from '../../bin/operations.ts'
import { startCall } from '../../lib/call.ts'
import { openApp } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { devicesOf } from '../../lib/push/devices.ts'
import type { Wire } from '../../lib/push/wire.ts'
import * as given from '../sentences/given.ts'
import { authVariables } from '../world/keyspace.ts'
import { a_device } from '../world/peers-served.ts'
import { inProcess } from '../world/service.ts'

const HERE = 'http://127.0.0.1:1/here'
const MINUTE = 60

/** @param wire absent: nothing is pushed */
export const a_service_with_a_store = async (wire?: Wire, variables: Record<string, string> = {}) => {
  const provider = await given.an_identity_provider()
  const lines: Record<string, unknown>[] = []
  const log = openLog({ write: (line) => void lines.push(JSON.parse(line)) })
  const settings = { endpoint: HERE, devicesOf, awaitedMs: 1_000, pingSeconds: 30, reconnectMs: () => 0 }
  const env = { ...authVariables(provider), EMBEDDED_STORE: ':memory:', ...variables }
  const app = openApp(env, log, { push: () => wire && { wire, ...settings } })
  const person = async (name: string, headers: Record<string, string> = {}): Promise<given.Person> => ({
    id: name,
    headers: { ...(await provider.credentials(name)), ...headers },
  })
  const store = () => app.contextFor(startCall(MINUTE * 1000), { log }).store
  /** Says a frame over a new connection, and resolves to its answer. */
  const says = async ({ headers }: given.Person, frame: object) => {
    const connectionId = randomUUID()
    const event = (eventType: string, more: object) => ({
      requestContext: { eventType, connectionId },
      isBase64Encoded: false,
      ...more,
    })
    await SOCKET.connect(app)(event('CONNECT', { headers: { host: 'api.test', ...headers } }))
    const { body } = await SOCKET.frame(app)(event('MESSAGE', { body: JSON.stringify(frame) }))
    return JSON.parse(body)
  }
  return {
    app,
    lines,
    person,
    says,
    service: inProcess(app),
    /** A device of this person at another instance. */
    connected: ({ id }: given.Person, endpoint: string) => {
      const device = { ...a_device(endpoint), user: id as UserId }
      const times = { issuedMs: Date.now(), expiresMs: Date.now() + MINUTE * 1000 }
      return store().putConnection({ ...device, ...times }, Date.now(), MINUTE)
    },
  }
}
export type ServiceWithAStore = Awaited<ReturnType<typeof a_service_with_a_store>>
