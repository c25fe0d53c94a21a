/** The consistency level of a statement, where it is not LOCAL_QUORUM. */
import { types } from 'cassandra-driver'
import type { Statement } from './statement.ts'

const { all, eachQuorum, localSerial } = types.consistencies

/** Options of the driver. It must not retry a transaction: "not applied" might then be due to its own first attempt. */
export const consistencyFor = ({ kind, everyDataCentre, everyReplica, isTransaction }: Statement) => {
  if (everyReplica) return { consistency: all }
  if (everyDataCentre) return { consistency: eachQuorum }
  if (!isTransaction) return {}
  return kind === 'read' ? { consistency: localSerial } : { isIdempotent: false }
}
