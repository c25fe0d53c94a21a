import { describe, expect, test } from '@jest/globals'
import { types } from 'cassandra-driver'
import { startCall } from '../../call.ts'
import { Attempts } from './attempts.ts'
import { retryBudget } from './budget.ts'

const RETRY = 1
const RETHROW = 0
const consistency = types.consistencies.localQuorum
const infoOf = (isIdempotent: boolean) =>
  ({ executionOptions: { isIdempotent: () => isIdempotent } }) as never
const info = infoOf(true)
const events = ['onRequestError', 'onWriteTimeout', 'onReadTimeout', 'onUnavailable'] as const
const attemptsWithin = (call = startCall(2_000), isWrite = false) =>
  new Attempts(call, 1_500, retryBudget(), isWrite)

describe('another attempt', () => {
  test.each(events)(
    'after %s goes to the next node, at the same consistency, while a whole one fits',
    (event) => {
      expect(attemptsWithin()[event](info, consistency)).toMatchObject({
        decision: RETRY,
        consistency,
        useCurrentHost: false,
      })
    },
  )

  test.each(events)('after %s is not made when less time is left than it may take', (event) => {
    expect(attemptsWithin(startCall(1_400))[event](info, consistency).decision).toBe(RETHROW)
  })

  test('after a time-out or a broken connection, what was sent before may have been written', () => {
    const after = (event: (typeof events)[number]) => {
      const attempts = attemptsWithin()
      attempts[event](info, consistency)
      return attempts.mayHaveWritten
    }
    expect(events.map(after)).toEqual([true, true, false, false])
  })

  test('of a transaction is not made after Unavailable either, which may come when it has been decided', () => {
    const attempts = attemptsWithin()
    expect(attempts.onUnavailable(infoOf(false), consistency).decision).toBe(RETHROW)
    expect(attempts.mayHaveWritten).toBe(true)
  })
})

describe('a statement', () => {
  test('counts each of its attempts, and none that was not allowed', () => {
    const call = startCall(2_000)
    const attempts = new Attempts(call, 1_500, { ...retryBudget(), retry: () => false }, false)
    expect([attempts.begin(), attempts.begin()]).toEqual([true, true])
    attempts.onReadTimeout(info, consistency)
    expect([attempts.begin(), call.attempts]).toEqual([false, 2])
  })

  test('has begun, and a write may be stored, from the first attempt on', () => {
    for (const isWrite of [true, false]) {
      const call = startCall(2_000)
      const attempts = attemptsWithin(call, isWrite)
      attempts.takeBack()
      expect([attempts.hasBegun, call.writes]).toEqual([false, 0])
      expect([attempts.begin(), attempts.begin()]).toEqual([true, true])
      expect([attempts.hasBegun, call.writes]).toEqual([true, isWrite ? 1 : 0])
      attempts.takeBack()
      expect(call.writes).toBe(0)
    }
  })

  test('does not begin once the reply has been decided', () => {
    const call = startCall(2_000)
    call.giveUp()
    const attempts = attemptsWithin(call)
    expect([attempts.begin(), attempts.hasBegun, call.attempts]).toEqual([false, false, 0])
  })
})
