/** Runs the statements of migrations: through one coordinator, with time for schema agreement. */
import { type Client, type Host, types } from 'cassandra-driver'
import { Fault } from '../../errors.ts'

/** Runs a statement of a migration; `applied` is false when a condition (IF ...) did not hold. */
export type Define = (cql: string, parameters?: unknown[]) => Promise<{ applied: boolean; rows: types.Row[] }>

/** A schema change waits for schema agreement, for which the driver itself allows up to ten seconds. */
const DEFINITION_MS = 30_000
const { consistencies } = types
/** Two runners may be in two data centres: only SERIAL excludes one of them. */
const ALL_DATA_CENTRES = { consistency: consistencies.quorum, serialConsistency: consistencies.serial }

/** @param hosts those of the local data centre; every client picks the same one of those that are up */
export const defineOn = (client: Client, hosts: Host[]): Define => {
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
