/** The database client. This folder alone imports cassandra-driver. */
import type { Client, Host } from 'cassandra-driver'
import type { Call } from '../../call.ts'
import type { DatabaseConfig } from '../../config/database.ts'
import { Fault } from '../../errors.ts'
import { retryBudget } from './budget.ts'
import { type Define, defineOn } from './define.ts'
import { isConnected, shutDown } from './insides.ts'
import { watchNodes } from './nodes.ts'
import { closeClient, openClient } from './open-client.ts'
import { clientOptions } from './options.ts'
import { missingDataCentre } from './outcome.ts'
import { countWork, executeWithin, withPermission } from './run.ts'
import type { Execute } from './statement.ts'
import { keepVigil } from './vigil.ts'

export type Database = {
  /** Runs statements within this call's deadline and, as of now, its permission, and counts them on it. */
  within: (call: Call) => Execute
  /** Runs statements through the one coordinator that every client of this cluster picks, whatever its contact points. */
  throughOneCoordinator: () => Define
  /** Addresses of a partition's replicas by the driver's token ring, which is wrong for tablets. */
  replicasOf: (partitionKey: Buffer) => string[]
  /** The addresses of all nodes in the local data centre, as contact points. */
  addresses: () => string[]
  /**
   * Await it before a statement: after a freeze it finds out which connections are left. Undefined if there is nothing
   * to find out.
   */
  wake: () => Promise<void> | undefined
  /** Its connections are gone or silent: close it and reconnect. */
  isSpent: () => boolean
  /** Waits for statements in flight, which end within the deadlines of their requests. */
  close: () => Promise<void>
}

type Manner = {
  /** Resolves with the first connected node; if false, once all reachable nodes are connected. */
  atOnce?: boolean
  /** Last known addresses of nodes, in case no contact point answers. */
  known?: string[]
}

/**
 * @param keyspace if absent, none is selected
 * @throws Fault `database_unavailable` when no address answers, accepts the login, or has the keyspace; `misconfigured`
 * when the cluster has no such data centre
 */
export const connect = async (
  config: DatabaseConfig,
  keyspace?: string,
  { atOnce = false, known = [] }: Manner = {},
): Promise<Database> => {
  const [nodes, budget] = [watchNodes(), retryBudget()]
  const addresses = [...shuffled(config.contactPoints), ...shuffled(known)]
  const opened = await openClient(addresses, config.port, (address) => ({
    ...clientOptions(config, address, { nodes, budget, atOnce }),
    ...(keyspace && { keyspace }),
  })).catch((cause) => {
    throw (
      missingDataCentre(cause, config.localDataCenter) ??
      new Fault('database_unavailable', 'cannot connect to the database', { cause })
    )
  })
  const { client } = opened
  const vigil = keepVigil(client, nodes)
  const seen = new Set<Host>(client.hosts.values())
  client.on('hostAdd', (host: Host) => seen.add(host))
  const local = () => client.hosts.values().filter(({ datacenter }) => datacenter === config.localDataCenter)
  const underWay = countWork()
  const lostAll = oncePerTick(() => hasLostAll(client, seen))
  return {
    within: (call) => {
      const execute = executeWithin({ client, budget, underWay, onTimeout: vigil.examine }, call)
      return call.permission ? withPermission(call.permission, execute) : execute
    },
    throughOneCoordinator: () => defineOn(client, local()),
    replicasOf: (partitionKey) =>
      client.getReplicas(config.keyspace, partitionKey).map(({ address }) => address),
    addresses: () => local().map(({ address }) => contactPointAt(address)),
    wake: vigil.wake,
    isSpent: () => vigil.isOver() || lostAll(),
    close: async () => {
      vigil.stop()
      // Callers that were given this client in the same tick may not have begun yet.
      await new Promise(setImmediate)
      await underWay.over()
      await closeClient(opened)
      await Promise.all([...seen].filter((host) => isReplaced(host, client)).map(shutDown))
    },
  }
}

/**
 * When the last connection is gone, the driver (4.10.0) starts over with new Host objects, whose pools are empty at
 * first, and forgets the old ones, which go on reconnecting forever. A client in that state is replaced as a whole.
 */
const hasLostAll = (client: Client, seen: Set<Host>) =>
  !client.hosts.values().some(isConnected) || [...seen].some((host) => isReplaced(host, client))

const isReplaced = (host: Host, client: Client) => {
  const current = client.hosts.get(host.address)
  return current !== undefined && current !== host
}

/** Every statement asks this of every node, so the result is cached until the end of the tick. */
const oncePerTick = (find: () => boolean): (() => boolean) => {
  let found: boolean | undefined
  return () => {
    if (found === undefined) {
      found = find()
      setImmediate(() => {
        found = undefined
      })
    }
    return found
  }
}

/** The driver writes `::1:9042` where it reads `[::1]:9042`. */
const contactPointAt = (address: string) => address.replace(/^(.*:.*):(\d+)$/, '[$1]:$2')

/** In random order, so that instances that start together do not all begin with the same node. */
const shuffled = <T>(all: T[]): T[] =>
  all
    .map((one) => ({ one, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one)
