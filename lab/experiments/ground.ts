/** The setting of an experiment: a cluster of its own, and several instances of the service. */
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { atEnd, type Owned } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import type { Instances } from '../checker/read-back.ts'
import { up } from '../cluster/change.ts'
import { clearAway } from '../cluster/fault.ts'
import {
  addressOf,
  announcedOf,
  DATA_CENTER,
  freeBlock,
  NATIVE_PORT,
  type Place,
  variablesOf,
} from '../cluster/place.ts'
import { openWorld, type World } from '../kit/world.ts'
import { openInstances } from './clients.ts'

/** `rules`: variables of the instances, in addition to those that lead to the database. */
export type Size = {
  nodes: number
  replicas: number
  instances: number
  rules?: Record<string, string>
  /** The service reaches the nodes through proxies. */
  proxied?: true
}
export type Ground = Pick<World, 'variables' | 'whileUp'> & {
  place: Place
  /** The initial nodes, by number. */
  processes: Owned[]
  instances: Instances
  /** Of all instances. */
  pids: number[]
  /** One in front of each node, by number; none unless `proxied` was asked for. */
  proxies: TcpProxy[]
  /** Starts other instances on the same database. */
  serveUnder: (rules: Record<string, string>) => Promise<Instances>
}

export const KEYSPACE = 'prove'
/** Few messages per partition, filled fast: dialogs open new ones, with several lanes, while nodes come and go. */
const RESTLESS = { BUCKET_ROWS: '20', FILL_SECONDS: '20' }

/**
 * @param keys the folder with the key pair whose tokens are accepted
 * @param directory for logs, which stay, and for the data of the nodes, which is deleted at the end
 */
export const openGround = async (
  { nodes, replicas, instances: count, rules = {}, proxied }: Size,
  keys: string,
  directory: string,
  say: Say,
): Promise<Ground> => {
  const block = await freeBlock(nodes)
  const place = { directory: join(directory, 'cluster'), block, ...(proxied && { proxied }) }
  atEnd(async () => void (await clearAway(place)))
  const all = Array.from({ length: nodes }, (_, index) => index + 1)
  const proxies = proxied ? await Promise.all(all.map((node) => proxyOf(place, node))) : []
  const processes = await up(place, nodes, process.env, say)
  const database = async () => ({
    variables: { ...variablesOf(place, all), CQL_REPLICATION: `${DATA_CENTER}:${replicas}` },
    // Experiments end nodes on purpose.
    ended: new Promise<string>(() => undefined),
  })
  const wanted = { name: KEYSPACE, directory, keys, rules: { ...RESTLESS, ...rules }, database }
  const { serve, variables, whileUp } = await openWorld(wanted, say)
  const pids: number[] = []
  let begun = 0
  const serveUnder = async (others: Record<string, string>): Promise<Instances> => {
    const starting = Array.from({ length: count }, () => serve(`instance-${begun++}`, others))
    const serving = await progress(say, `starting ${count} instances`, Promise.all(starting))
    pids.push(...serving.map(({ pid }) => pid))
    const instances = openInstances(serving.map(({ url }) => url))
    atEnd(() => instances.connections.destroy())
    return instances
  }
  const instances = await serveUnder({})
  return { place, processes, instances, pids, proxies, variables, serveUnder, whileUp }
}

const proxyOf = async (place: Place, node: number): Promise<TcpProxy> => {
  const at = { host: announcedOf(place, node), port: NATIVE_PORT }
  const proxy = await openProxy(at, { host: addressOf(place, node), port: NATIVE_PORT })
  atEnd(async () => proxy.close())
  return proxy
}

/** A network between the service and one node that can be interrupted: packets are held back, connections stay open. */
export type TcpProxy = {
  /** From now on nothing gets through, new connections included, and neither side is told. */
  silence: () => void
  /** What was held back arrives late, like retransmitted packets. */
  resume: () => void
  close: () => void
}
type End = { host: string; port: number }
type Pair = [client: Socket, database: Socket]

/** Resolves when it listens. */
export const openProxy = async (at: End, to: End): Promise<TcpProxy> => {
  const pairs = new Set<Pair>()
  let isSilent = false
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    const database = connect({ ...to, allowHalfOpen: true })
    const pair: Pair = [client, database]
    pairs.add(pair)
    for (const socket of pair) {
      socket.setNoDelay().on('error', () => undefined)
      socket.on('close', () => {
        pairs.delete(pair)
        for (const one of pair) one.destroy()
      })
    }
    if (!isSilent) flow(pair)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, resolve)
  })
  return {
    silence: () => {
      isSilent = true
      pairs.forEach(hold)
    },
    resume: () => {
      isSilent = false
      pairs.forEach(flow)
    },
    close: () => {
      server.close()
      for (const pair of pairs) for (const socket of pair) socket.destroy()
    },
  }
}

const flow = ([client, database]: Pair) => void client.pipe(database).pipe(client)

/** The end of a connection is held back, too, because it is not read. */
const hold = ([client, database]: Pair) => {
  client.unpipe(database).pause()
  database.unpipe(client).pause()
}
