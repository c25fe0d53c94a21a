/** What an experiment runs on: a cluster of its own, and several instances of the service, as `npm run serve` is one. */
import { join } from 'node:path'
import { migrateTo } from '../../bin/migrate.ts'
import { localAuthVariables, localToken } from '../../dev/keys.ts'
import { atEnd, type Owned } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { startServing } from '../../dev/serving.ts'
import { clearAway } from '../cluster/down.ts'
import { freeBlock } from '../cluster/free-block.ts'
import {
  addressOf,
  announcedOf,
  DATA_CENTER,
  NATIVE_PORT,
  type Place,
  variablesOf,
} from '../cluster/place.ts'
import { up } from '../cluster/up.ts'
import { type Instances, openInstances, type Person } from './ask.ts'
import { openProxy, type TcpProxy } from './proxy.ts'

/** `rules`: variables of the instances, beside those that lead to the database. */
export type Size = {
  nodes: number
  replicas: number
  instances: number
  rules?: Record<string, string>
  /** The service reaches the nodes through proxies. */
  proxied?: true
}
export type Ground = {
  place: Place
  /** Of the nodes that it began with, the first first. */
  processes: Owned[]
  instances: Instances
  /** Of all instances. */
  pids: number[]
  /** One before each node, in their order; none unless that was asked for. */
  proxies: TcpProxy[]
  /** How an instance is configured. */
  variables: Record<string, string>
  /** Other instances, on the same database. */
  serveUnder: (rules: Record<string, string>) => Promise<Instances>
  /** Rejects, in words for a person, when an instance has ended by itself. */
  broken: Promise<never>
}

export const KEYSPACE = 'prove'
/** Few messages a partition, filled fast: dialogs open new ones, with several lanes, while nodes come and go. */
const RESTLESS = { BUCKET_ROWS: '20', FILL_SECONDS: '20' }

/**
 * @param keys the folder with the key pair whose tokens are accepted
 * @param directory for logs, which stay, and for the data of the nodes, which go at the end
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
  const variables = {
    ...(await localAuthVariables(keys)),
    ...variablesOf(place, all),
    ...RESTLESS,
    ...rules,
    CQL_REPLICATION: `${DATA_CENTER}:${replicas}`,
    CQL_KEYSPACE: KEYSPACE,
  }
  await migrateTo({ ...process.env, ...variables }, say)
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined)
  const pids: number[] = []
  let begun = 0
  const serveUnder = async (others: Record<string, string>): Promise<Instances> => {
    const logs = Array.from({ length: count }, () => join(directory, `instance-${begun++}.log`))
    const starting = Promise.all(logs.map((log) => startServing({ ...variables, ...others }, 0, log)))
    const serving = await progress(say, `starting ${count} instances`, starting)
    for (const { ended, pid } of serving) {
      pids.push(pid)
      ended.then((how) => broken.reject(new Error(how)))
    }
    const instances = openInstances(serving.map(({ url }) => url))
    atEnd(() => instances.connections.destroy())
    return instances
  }
  const instances = await serveUnder({})
  return { place, processes, instances, pids, proxies, variables, serveUnder, broken: broken.promise }
}

const proxyOf = async (place: Place, node: number): Promise<TcpProxy> => {
  const at = { host: announcedOf(place, node), port: NATIVE_PORT }
  const proxy = await openProxy(at, { host: addressOf(place, node), port: NATIVE_PORT })
  atEnd(async () => proxy.close())
  return proxy
}

/** New ones for every run, an even number of them. */
export const inventPeople = (count: number, keys: string): Promise<Person[]> => {
  const run = Date.now().toString(36)
  const ids = Array.from({ length: count }, (_, index) => `${run}-${index}` as Person['id'])
  return Promise.all(ids.map(async (id) => ({ id, token: await localToken(keys, id) })))
}
