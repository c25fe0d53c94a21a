/** Who has to agree to a statement, where that is not a quorum of the local data centre. */
import { types } from 'cassandra-driver'
import type { Statement } from './statement.ts'

const { eachQuorum, localSerial } = types.consistencies

/** Options of the driver. A transaction is not repeated by it: "not applied" might then speak of its own first attempt. */
export const consistencyFor = ({ kind, everyDataCentre, isTransaction }: Statement) => {
  if (everyDataCentre) return { consistency: eachQuorum }
  if (!isTransaction) return {}
  return kind === 'read' ? { consistency: localSerial } : { isIdempotent: false }
}
