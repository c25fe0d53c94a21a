/** The database client. This folder alone imports cassandra-driver. */
import { auth, Client, type ClientOptions, type Host, policies, types } from 'cassandra-driver'
import type { Call } from '../../call.ts'
import type { DatabaseConfig } from '../../config.ts'
import { Fault } from '../../errors.ts'
import type { PagingState } from '../store.ts'
import { agreementOn } from './agreement.ts'
import { countTimeout, goodHealth, type Health, isStale, seenThrough } from './health.ts'
import { faultOf, isTimeout } from './outcome.ts'
import { ReadsOnly, RetryWithinDeadline } from './policies.ts'
import type { Execute, Statement } from './statement.ts'

/** Runs a statement of a migration; `applied` is false when a condition (IF ...) did not hold. */
export type Define = (cql: string, parameters?: unknown[]) => Promise<{ applied: boolean; rows: types.Row[] }>

export type Database = {
  /** Statements with this call's deadline, counted on it. */
  within: (call: Call) => Execute
  /** Statements through the one coordinator that every client of this cluster picks, whatever its contact points. */
  throughOneCoordinator: () => Define
  /** Addresses of the nodes that have a partition, by the ring as the driver knows it: wrong where tablets move. */
  replicasOf: (partitionKey: Buffer) => string[]
  /** Its connections are gone, silent, or have not been used for long: close it and connect anew. */
  isSpent: () => boolean
  /** Once the statements on their way have ended, which is within the deadline of the requests that they are for. */
  close: () => Promise<void>
}

const STATEMENT_MS = 1_500
const SPECULATE_AFTER_MS = 200
/** A schema change waits for every node to agree; the driver waits for that up to ten seconds of its own. */
const DEFINITION_MS = 30_000
const { consistencies } = types
/** Two runners may sit in two data centres: only SERIAL keeps them apart. */
const ALL_DATA_CENTRES = { consistency: consistencies.quorum, serialConsistency: consistencies.serial }

/** @throws Fault `database_unavailable` when no contact point answers, refuses the login, or lacks the keyspace. */
export const connect = async (config: DatabaseConfig, keyspace?: string): Promise<Database> => {
  const client = new Client({ ...clientOptions(config), ...(keyspace && { keyspace }) })
  try {
    await client.connect()
  } catch (cause) {
    await client.shutdown()
    throw new Fault('database_unavailable', 'cannot connect to the database', { cause })
  }
  const hosts = client.hosts.values().filter((host) => host.datacenter === config.localDataCenter)
  const health = goodHealth()
  return {
    within: (call) => (statement, parameters, page) =>
      seenThrough(health, run(client, health, call, statement, parameters, page)),
    throughOneCoordinator: () => defineOn(client, hosts),
    replicasOf: (partitionKey) =>
      client.getReplicas(config.keyspace, partitionKey).map(({ address }) => address),
    isSpent: () => isStale(health) || hasLostAll(hosts, client),
    close: async () => {
      await Promise.allSettled(health.underWay)
      await client.shutdown()
      const forgotten = hosts.filter((host) => isReplaced(host, client)) as unknown as {
        shutdown: () => void
      }[]
      for (const host of forgotten) host.shutdown()
    },
  }
}

/**
 * When the last connection is gone, the driver (4.10.0) starts over with new Host objects, whose pools are empty at
 * first, and forgets the old ones, which go on reconnecting for ever. A client in that state is replaced as a whole.
 */
const hasLostAll = (hosts: Host[], client: Client) =>
  hosts.every((host) => !host.isUp()) || hosts.some((host) => isReplaced(host, client))

const isReplaced = (host: Host, client: Client) => {
  const current = client.hosts.get(host.address)
  return current !== undefined && current !== host
}

const clientOptions = (config: DatabaseConfig): ClientOptions => ({
  contactPoints: config.contactPoints,
  localDataCenter: config.localDataCenter,
  protocolOptions: { maxVersion: types.protocolVersion.v4, port: config.port },
  ...(config.credentials && {
    authProvider: new auth.PlainTextAuthProvider(config.credentials.username, config.credentials.password),
  }),
  ...(config.tls && {
    sslOptions: { rejectUnauthorized: true, ...(config.tls.ca && { ca: config.tls.ca }) },
  }),
  socketOptions: { connectTimeout: STATEMENT_MS, readTimeout: STATEMENT_MS, defunctReadTimeoutThreshold: 4 },
  pooling: { coreConnectionsPerHost: { [types.distance.local]: 1, [types.distance.remote]: 0 } },
  policies: {
    reconnection: new policies.reconnection.ConstantReconnectionPolicy(500),
    speculativeExecution: new ReadsOnly(SPECULATE_AFTER_MS, 1),
  },
  queryOptions: {
    consistency: consistencies.localQuorum,
    serialConsistency: consistencies.localSerial,
    prepare: true,
    isIdempotent: true,
  },
})

let turn: Promise<void> | undefined
/**
 * The driver puts into one write what is asked of it between two callbacks of the event loop, and each request is a
 * callback of its own. So statements wait until all that has come in this turn of the loop has been looked at.
 */
const endOfTurn = () => {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined
      resolve()
    })
  })
  return turn
}

const run = async (
  client: Client,
  health: Health,
  call: Call,
  statement: Statement,
  parameters: unknown[],
  page?: { size: number; from?: PagingState | undefined },
) => {
  await endOfTurn()
  const { cql, kind } = statement
  const readTimeout = Math.min(STATEMENT_MS, Math.floor(call.remainingMs()))
  if (readTimeout <= 0) throw new Fault('database_unavailable', 'no time left for another statement')
  const retry = new RetryWithinDeadline(call, readTimeout)
  call.roundTrips += 1
  if (kind === 'write') call.writing = true
  health.usedAt = Date.now()
  const beganAt = performance.now()
  try {
    const options = {
      readTimeout,
      retry,
      ...agreementOn(statement),
      ...(page && { fetchSize: page.size, pageState: page.from as string }),
    }
    const result = await client.execute(cql, parameters, options)
    const { rows, pageState } = result
    health.timeoutsInARow = 0
    const next = pageState && { next: pageState as PagingState }
    return { rows: rows ?? [], wasApplied: result.wasApplied(), ...next }
  } catch (error) {
    // A request near its deadline gives no time to answer in.
    if (isTimeout(error) && readTimeout === STATEMENT_MS) countTimeout(health, beganAt)
    throw faultOf(error, kind, retry.mayHaveWritten)
  } finally {
    if (kind === 'write') call.writing = false
  }
}

const defineOn = (client: Client, hosts: Host[]): Define => {
  const [host] = hosts
    .filter((candidate) => candidate.isUp())
    .sort((a, b) => (a.address < b.address ? -1 : 1))
  if (!host) throw new Fault('database_unavailable', 'no node of the local data centre is up')
  const options = { ...ALL_DATA_CENTRES, host, isIdempotent: false, readTimeout: DEFINITION_MS }
  return async (cql, parameters = []) => {
    const result = await client.execute(cql, parameters, { ...options, prepare: parameters.length > 0 })
    const { isSchemaInAgreement } = result.info as unknown as { isSchemaInAgreement: boolean }
    if (!isSchemaInAgreement) throw new Error('the nodes do not agree on the schema yet: run it again')
    return { applied: result.wasApplied(), rows: result.rows ?? [] }
  }
}
