/** How the driver is set up. */
import { auth, type ClientOptions, policies, types } from 'cassandra-driver'
import type { DatabaseConfig } from '../../config/database.ts'
import type { Budget } from './budget.ts'
import { HEARTBEAT_MS, Hearing, type Nodes, SLOW_MS } from './nodes.ts'
import { LiveNodesFirst, ReadsOnly } from './policies.ts'

export const STATEMENT_MS = 1_500
/** Of each node that is gone, with a jitter of 15 %; long enough to leave a struggling one alone. */
const RECONNECT_FIRST_MS = 500
const RECONNECT_MOST_MS = 3_000
const { consistencies, distance } = types

type Companions = { nodes: Nodes; budget: Budget; atOnce: boolean }

/** @param contactPoint the one address that this client begins with: others are tried beside it, by clients of their own */
export const clientOptions = (
  config: DatabaseConfig,
  contactPoint: string,
  { nodes, budget, atOnce }: Companions,
): ClientOptions => ({
  contactPoints: [contactPoint],
  localDataCenter: config.localDataCenter,
  protocolOptions: { maxVersion: types.protocolVersion.v4, port: config.port },
  ...(config.credentials && {
    authProvider: new auth.PlainTextAuthProvider(config.credentials.username, config.credentials.password),
  }),
  ...(config.tls && {
    sslOptions: { rejectUnauthorized: true, ...(config.tls.ca && { ca: config.tls.ca }) },
  }),
  socketOptions: {
    connectTimeout: STATEMENT_MS,
    readTimeout: STATEMENT_MS,
    // Never: a server that is slow would lose all that is on its way. Dead connections are found by heartbeats.
    defunctReadTimeoutThreshold: Number.MAX_SAFE_INTEGER,
  },
  pooling: {
    coreConnectionsPerHost: { [distance.local]: 1, [distance.remote]: 0 },
    heartBeatInterval: HEARTBEAT_MS,
    // One silent node would hold the first request up: the others are connected to meanwhile.
    warmup: !atOnce,
  },
  // The same: a statement is prepared where it is run.
  prepareOnAllHosts: false,
  // Keyspaces are read to know which nodes are replicas.
  isMetadataSyncEnabled: config.maxNodes === undefined,
  policies: {
    loadBalancing: new LiveNodesFirst(nodes, config.maxNodes),
    reconnection: new policies.reconnection.ExponentialReconnectionPolicy(
      RECONNECT_FIRST_MS,
      RECONNECT_MOST_MS,
    ),
    speculativeExecution: new ReadsOnly(SLOW_MS, 1),
  },
  requestTracker: new Hearing(nodes, budget),
  queryOptions: {
    consistency: consistencies.localQuorum,
    serialConsistency: consistencies.localSerial,
    prepare: true,
    isIdempotent: true,
  },
})
