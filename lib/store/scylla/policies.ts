/** When the driver asks another node: again within the deadline, or at the same time as a slow one. */
import { policies, type types } from 'cassandra-driver'
import type { Call } from '../../call.ts'

/** Tries the next node while a whole further attempt fits into the deadline, and remembers what it has risked. */
export class RetryWithinDeadline extends policies.retry.RetryPolicy {
  mayHaveWritten = false
  private readonly call: Call
  private readonly attemptMs: number

  constructor(call: Call, attemptMs: number) {
    super()
    this.call = call
    this.attemptMs = attemptMs
  }

  override onRequestError(_info: policies.retry.OperationInfo, consistency: types.consistencies) {
    this.mayHaveWritten = true
    return this.nextNode(consistency)
  }

  override onWriteTimeout(_info: policies.retry.OperationInfo, consistency: types.consistencies) {
    this.mayHaveWritten = true
    return this.nextNode(consistency)
  }

  override onReadTimeout(_info: policies.retry.OperationInfo, consistency: types.consistencies) {
    return this.nextNode(consistency)
  }

  /** A transaction has several rounds, and may be decided when it finds too few replicas: its caller asks again. */
  override onUnavailable(info: policies.retry.OperationInfo, consistency: types.consistencies) {
    if (!info.executionOptions.isIdempotent()) {
      this.mayHaveWritten = true
      return this.rethrowResult()
    }
    return this.nextNode(consistency)
  }

  private nextNode(consistency: types.consistencies) {
    const fits = this.call.remainingMs() >= this.attemptMs
    return fits ? this.retryResult(consistency, false) : this.rethrowResult()
  }
}

/** A second node is asked when the first is slow: only for reads, which leave nothing behind. */
export class ReadsOnly extends policies.speculativeExecution.ConstantSpeculativeExecutionPolicy {
  override newPlan(keyspace: string, query: string | object[]) {
    const isRead = typeof query === 'string' && query.startsWith('SELECT')
    return isRead ? super.newPlan(keyspace, query) : { nextExecution: () => -1 }
  }
}
