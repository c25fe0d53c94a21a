/** How to reach the CQL database: CQL_*. */
import * as z from 'zod'
import { check, type Environment, misconfigured } from './environment.ts'
import { fileOr, list, text } from './fields.ts'

export type DatabaseConfig = {
  contactPoints: string[]
  port: number
  localDataCenter: string
  keyspace: string
  /** Data centre -> number of replicas. */
  replication: Record<string, number>
  credentials?: { username: string; password: string }
  tls?: { ca?: string }
  /** Connects to this many nodes, without token awareness; absent: to all of its data centre. */
  maxNodes?: number
}

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,47}$/, 'must be 1 to 48 of a-z, 0-9 and _, starting with a letter')

const databaseVariables = z.object({
  CQL_CONTACT_POINTS: list.refine((points) => points.length > 0, 'contains no address'),
  CQL_PORT: z.coerce.number().int().min(1).max(65_535).default(9042),
  CQL_LOCAL_DATA_CENTER: text.default('datacenter1'),
  CQL_KEYSPACE: name.default('dialogs'),
  CQL_REPLICATION: z
    .string()
    .regex(/^[\w-]+:[1-9](,[\w-]+:[1-9])*$/, 'must look like datacenter1:3,datacenter2:3')
    .optional(),
  CQL_USERNAME: text.optional(),
  CQL_PASSWORD: text.optional(),
  CQL_TLS: z.enum(['on', 'off']).default('off'),
  CQL_TLS_CA: fileOr((value) => value.startsWith('-----BEGIN')).optional(),
  AWS_LAMBDA_FUNCTION_NAME: text.optional(),
})
/** A function handles one request at a time, for which any three of a hundred nodes will do. */
const NODES_OF_A_FUNCTION = 3

/** @throws Fault `misconfigured` */
export const readDatabaseConfig = (env: Environment): DatabaseConfig => {
  const checked = check(databaseVariables, env)
  if (Boolean(checked.CQL_USERNAME) !== Boolean(checked.CQL_PASSWORD)) {
    throw misconfigured('CQL_USERNAME and CQL_PASSWORD must be set together')
  }
  if (checked.CQL_TLS_CA && checked.CQL_TLS === 'off') throw misconfigured('CQL_TLS_CA needs CQL_TLS=on')
  return {
    contactPoints: checked.CQL_CONTACT_POINTS,
    port: checked.CQL_PORT,
    localDataCenter: checked.CQL_LOCAL_DATA_CENTER,
    keyspace: checked.CQL_KEYSPACE,
    replication: replicationOf(checked.CQL_REPLICATION ?? `${checked.CQL_LOCAL_DATA_CENTER}:3`),
    ...(checked.CQL_USERNAME &&
      checked.CQL_PASSWORD && {
        credentials: { username: checked.CQL_USERNAME, password: checked.CQL_PASSWORD },
      }),
    ...(checked.AWS_LAMBDA_FUNCTION_NAME && { maxNodes: NODES_OF_A_FUNCTION }),
    ...(checked.CQL_TLS === 'on' && { tls: { ...(checked.CQL_TLS_CA && { ca: checked.CQL_TLS_CA }) } }),
  }
}

const replicationOf = (pairs: string): Record<string, number> => {
  const split = pairs.split(',').map((pair) => pair.split(':'))
  return Object.fromEntries(split.map(([dataCenter, replicas]) => [dataCenter, Number(replicas)]))
}
