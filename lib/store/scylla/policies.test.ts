import { describe, expect, test } from '@jest/globals'
import { types } from 'cassandra-driver'
import { startCall } from '../../call.ts'
import { ReadsOnly, RetryWithinDeadline } from './policies.ts'

const RETRY = 1
const RETHROW = 0
const consistency = types.consistencies.localQuorum
const infoOf = (isIdempotent: boolean) =>
  ({ executionOptions: { isIdempotent: () => isIdempotent } }) as never
const info = infoOf(true)
const events = ['onRequestError', 'onWriteTimeout', 'onReadTimeout', 'onUnavailable'] as const

describe('another attempt', () => {
  test.each(events)(
    'after %s goes to the next node, at the same consistency, while a whole one fits',
    (event) => {
      const retry = new RetryWithinDeadline(startCall(2_000), 1_500)
      expect(retry[event](info, consistency)).toMatchObject({
        decision: RETRY,
        consistency,
        useCurrentHost: false,
      })
    },
  )

  test.each(events)('after %s is not made when less time is left than it may take', (event) => {
    const retry = new RetryWithinDeadline(startCall(1_400), 1_500)
    expect(retry[event](info, consistency).decision).toBe(RETHROW)
  })

  test('after a time-out or a broken connection, what was sent before may have been written', () => {
    const after = (event: (typeof events)[number]) => {
      const retry = new RetryWithinDeadline(startCall(2_000), 1_500)
      retry[event](info, consistency)
      return retry.mayHaveWritten
    }
    expect(events.map(after)).toEqual([true, true, false, false])
  })

  test('of a transaction is not made after Unavailable either, which may come when it has been decided', () => {
    const retry = new RetryWithinDeadline(startCall(2_000), 1_500)
    expect(retry.onUnavailable(infoOf(false), consistency).decision).toBe(RETHROW)
    expect(retry.mayHaveWritten).toBe(true)
  })
})

test('a second node is asked at the same time for reads alone', () => {
  const delays = (query: string | object[]) => {
    const plan = new ReadsOnly(200, 1).newPlan('dialogs', query)
    return [plan.nextExecution(), plan.nextExecution()]
  }
  expect(delays('SELECT body FROM messages')).toEqual([200, -1])
  expect(delays('INSERT INTO messages (dialog_id) VALUES (?)')).toEqual([-1, -1])
  expect(delays([{ query: 'SELECT body FROM messages' }])).toEqual([-1, -1])
})
