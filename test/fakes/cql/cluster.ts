/** A fake cluster: CQL nodes on loopback addresses with one database; nodes can be added, removed, and made to fail. */
import { randomBytes, randomUUID } from 'node:crypto'
import { obstacleAt } from '../../../dev/database/cassandra/ports.ts'
import { inet } from './cells.ts'
import { openDatabase } from './database.ts'
import { int, response, string } from './frame.ts'
import { type Node, openNode } from './node.ts'
import type { Asked, Interception } from './respond.ts'
import { type Identity, systemTable } from './system.ts'

/** A statement on its way to a node. */
type Arriving = Asked & { address: string }
export type FakeCluster = {
  nodes: Node[]
  /** The environment variables under which the service finds it. */
  variables: Record<string, string>
  /** Decides from now on what happens to each statement, before its node's behaviour; undefined: it is answered. */
  intercept: (how: (arriving: Arriving) => Interception | undefined) => void
  /** Adds a node at a new address, and notifies drivers. */
  add: () => Promise<Node>
  /** Removes a node for good; the others notify drivers. */
  remove: (node: Node) => Promise<void>
  close: () => Promise<void>
}
export type Plan = { nodes: number; vnodes?: number; dataCenter?: string; replicas?: number }

const PORT = 9042
const ATTEMPTS = 20
const EVENT_STREAM = -1

/** Resolves when all nodes listen. @throws Error when no block of addresses is free */
export const openCluster = async (plan: Plan): Promise<FakeCluster> => {
  const { dataCenter = 'datacenter1', vnodes = 16, replicas = 3 } = plan
  const database = openDatabase()
  const members = new Map<Node, Identity>()
  let interception = (_: Arriving): Interception | undefined => undefined
  let last = 0
  const openAt = async (address: string): Promise<Node> => {
    const identity = { address, hostId: randomUUID(), dataCenter, tokens: tokens(vnodes) }
    const peers = () => [...members.values()].filter((one) => one !== identity)
    const node = await openNode(address, {
      port: PORT,
      database,
      systemTable: (name) =>
        systemTable(name, identity, peers(), { keyspaces: database.keyspaces, replicas, dataCenter }),
      interceptionOf: (asked) => interception({ ...asked, address }),
    })
    members.set(node, identity)
    return node
  }
  const block = await freeBlock()
  const open = () => {
    last += 1
    return openAt(`${block}.${last}`)
  }
  const tell = (change: string, what: string, { address }: Node) => {
    const event = [string(change), string(what), Buffer.from([4]), inet(address), int(PORT)]
    for (const node of members.keys()) node.tell(response('EVENT', EVENT_STREAM, ...event))
  }
  const cluster: FakeCluster = {
    nodes: [],
    variables: {},
    intercept: (next) => {
      interception = next
    },
    add: async () => {
      const node = await open()
      cluster.nodes.push(node)
      tell('TOPOLOGY_CHANGE', 'NEW_NODE', node)
      tell('STATUS_CHANGE', 'UP', node)
      return node
    },
    remove: async (node) => {
      members.delete(node)
      cluster.nodes.splice(cluster.nodes.indexOf(node), 1)
      tell('TOPOLOGY_CHANGE', 'REMOVED_NODE', node)
      await node.behave('dead')
    },
    close: async () => {
      await Promise.all(cluster.nodes.map((node) => node.behave('dead')))
    },
  }
  for (let opened = 0; opened < plan.nodes; opened += 1) cluster.nodes.push(await open())
  cluster.variables = {
    CQL_CONTACT_POINTS: cluster.nodes
      .slice(0, 3)
      .map(({ address }) => address)
      .join(','),
    CQL_PORT: String(PORT),
    CQL_LOCAL_DATA_CENTER: dataCenter,
  }
  return cluster
}

const anyNumber = () => 1 + Math.floor(Math.random() * 254)

const tokens = (count: number): string[] =>
  Array.from({ length: count }, () => String(randomBytes(8).readBigInt64BE()))

const freeBlock = async (): Promise<string> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const block = `127.${anyNumber()}.${anyNumber()}`
    if (!(await obstacleAt(`${block}.1`, PORT))) return block
  }
  throw new Error('no free block of loopback addresses')
}
