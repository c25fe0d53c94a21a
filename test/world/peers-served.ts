/** An instance as its peers see it: its peer port, and what has arrived there. */
import { BlockList } from 'node:net'
import type { LocalConnections } from '../../lib/delivery/local-connections.ts'
import { peerServer } from '../../lib/delivery/peer-server.ts'
import { peerWire } from '../../lib/delivery/peers.ts'
import type { Connection, ConnectionId, Device } from '../../lib/model/connection.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { loadedTracer } from '../../lib/trace/span.ts'

const HOST = '127.0.0.1'
const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
const SECRET = 's'.repeat(32)

export const connection_id = (name: string) => name.padEnd(22, '_') as ConnectionId

/** `outcome` is what its connections do with what is pushed. */
export const a_peer = async (secrets = [SECRET]) => {
  const pushed: { id: string; text: string }[] = []
  const closed: { id: string; bye: string; code: number }[] = []
  const peer = { outcome: 'delivered' as ReturnType<LocalConnections['push']>, isThere: true }
  const local: LocalConnections = {
    push: (id, text) => {
      pushed.push({ id, text: text.toString() })
      return peer.outcome
    },
    close: (id, bye, code) => {
      closed.push({ id, bye, code })
      return peer.isThere
    },
  }
  const server = peerServer(local, secrets, loadedTracer())
  const endpoint = await server.listen(0, HOST)
  return Object.assign(peer, { endpoint, local, pushed, closed, stop: server.stop })
}
export type Peer = Awaited<ReturnType<typeof a_peer>>

/** The wire of an instance that nobody reaches, unless its own endpoint is given. */
export const a_wire = (settings: Partial<Parameters<typeof peerWire>[0]> = {}) => {
  const lines: object[] = []
  const nobody: LocalConnections = { push: () => 'gone', close: () => false }
  const wire = peerWire({
    endpoint: 'http://127.0.0.1:1/own',
    local: nobody,
    secret: SECRET,
    allowed: LOOPBACK,
    log: { warn: (fields: object) => void lines.push(fields) },
    ...settings,
  })
  return { ...wire, lines }
}

export const a_device = (endpoint: string, name = 'one'): Device & Pick<Connection, 'id'> => ({
  id: connection_id(name),
  user: 'alice' as UserId,
  endpoint,
  connectedMs: 0,
})
