/** An instance as others push to it: its peer port, and what arrived there. */
import { BlockList } from 'node:net'
import type { Here } from '../../lib/delivery/here.ts'
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
  const peer = { outcome: 'delivered' as ReturnType<Here['push']>, isThere: true }
  const here: Here = {
    push: (id, text) => {
      pushed.push({ id, text: text.toString() })
      return peer.outcome
    },
    close: (id, bye, code) => {
      closed.push({ id, bye, code })
      return peer.isThere
    },
  }
  const server = peerServer(here, secrets, loadedTracer())
  const endpoint = await server.listen(0, HOST)
  return Object.assign(peer, { endpoint, here, pushed, closed, stop: server.stop })
}
export type Peer = Awaited<ReturnType<typeof a_peer>>

/** Of an instance that is reached by nobody, unless it is told its own. */
export const a_wire = (settings: Partial<Parameters<typeof peerWire>[0]> = {}) => {
  const lines: object[] = []
  const nobody: Here = { push: () => 'gone', close: () => false }
  const wire = peerWire({
    endpoint: 'http://127.0.0.1:1/own',
    here: nobody,
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
