/** How the driver is set up. */
import { auth, type ClientOptions, policies, types } from 'cassandra-driver'
import type { DatabaseConfig } from '../../config/database.ts'
import type { Budget } from './budget.ts'
import { HEARTBEAT_MS, Hearing, type Nodes, SLOW_MS } from './nodes.ts'
import { LiveNodesFirst, ReadsOnly } from './policies.ts'

export const STATEMENT_MS = 1_500
/** Reconnection delays for each lost node, with 15 % jitter; long enough not to burden a struggling one. */
const RECONNECT_FIRST_MS = 500
const RECONNECT_MOST_MS = 3_000
const { consistencies, distance } = types

type Companions = { nodes: Nodes; budget: Budget; atOnce: boolean }

/** @param contactPoint this client's only address: other addresses are tried in parallel, by clients of their own */
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
    // Never: on a slow server every statement in flight would be lost. Heartbeats find dead connections.
    defunctReadTimeoutThreshold: Number.MAX_SAFE_INTEGER,
  },
  pooling: {
    coreConnectionsPerHost: { [distance.local]: 1, [distance.remote]: 0 },
    heartBeatInterval: HEARTBEAT_MS,
    // Otherwise one silent node would delay the first request; the others connect in the background.
    warmup: !atOnce,
  },
  // For the same reason, a statement is prepared only on the node that runs it.
  prepareOnAllHosts: false,
  // Keyspace metadata is needed only for token awareness.
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
