/** The attempts at one statement: whether another one is allowed, and whether earlier ones may have written. */
import { policies, type types } from 'cassandra-driver'
import type { Call } from '../../call.ts'
import type { Budget } from './budget.ts'

/** The driver consults it, as the retry policy, after each failure; our load balancing, before each attempt. */
export class Attempts extends policies.retry.RetryPolicy {
  /** The statement itself, not only its preparation, may have been handed to a connection. */
  hasBegun = false
  mayHaveWritten = false
  /** Since a node was last handed out. */
  private hasFailed = false
  private readonly call: Call
  private readonly attemptMs: number
  private readonly budget: Budget
  private readonly isWrite: boolean

  constructor(call: Call, attemptMs: number, budget: Budget, isWrite: boolean) {
    super()
    this.call = call
    this.attemptMs = attemptMs
    this.budget = budget
    this.isWrite = isWrite
  }

  /**
   * Whether the statement may go to another node: always to the first, before the deadline. Never after the reply, which
   * may have said "not stored" while the statement was still being prepared.
   */
  begin(): boolean {
    if (this.call.remainingMs() <= 0 || (this.hasBegun && !this.another())) return false
    this.call.attempts += 1
    if (this.hasBegun) return true
    this.hasBegun = true
    // From here on, before the statement can leave.
    if (this.isWrite) this.call.writes += 1
    return true
  }

  /** None of them can have written. */
  takeBack(): void {
    if (this.isWrite && this.hasBegun) this.call.writes -= 1
  }

  private another(): boolean {
    const isRetry = this.hasFailed
    this.hasFailed = false
    return isRetry ? this.budget.retry() : this.budget.speculate()
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

  /** A transaction has several rounds, and may be decided by the time it finds too few replicas: its caller asks again. */
  override onUnavailable(info: policies.retry.OperationInfo, consistency: types.consistencies) {
    if (!info.executionOptions.isIdempotent()) {
      this.mayHaveWritten = true
      return this.rethrowResult()
    }
    return this.nextNode(consistency)
  }

  /** A whole further attempt must fit into the deadline. */
  private nextNode(consistency: types.consistencies) {
    this.hasFailed = true
    const fits = this.call.remainingMs() >= this.attemptMs
    return fits ? this.retryResult(consistency, false) : this.rethrowResult()
  }
}
