/** The guarantees of the port for failed sign-ins, for every database engine. */
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import { type Engine, user } from './engine.ts'

const AT_MS = 1_700_000_000_123
const HOUR_SECONDS = 3_600
const once = { failures: 1, atMs: AT_MS }
const twice = { failures: 2, atMs: AT_MS + 7 }

const a_subject = () => `a:2001:db8::/64 ${user('alice')}`

export const failureSentences = (engine: () => Pick<Engine, 'storeFor'>): void => {
  const store = () => engine().storeFor(startCall(30_000))
  const failuresOf = async (subject: string) => (await store().readFailures([subject]))[0]

  describe('failures', () => {
    test('are known of a subject once they are set, and of no other', async () => {
      const [one, other, third] = [a_subject(), a_subject(), a_subject()]
      expect(await store().readFailures([one, other, third])).toEqual([])
      await store().setFailures(one, undefined, once, HOUR_SECONDS)
      await store().setFailures(third, undefined, twice, HOUR_SECONDS)
      expect(await store().readFailures([one])).toEqual([{ subject: one, ...once }])
      expect(await store().readFailures([other])).toEqual([])
      expect(await store().readFailures([one, other])).toEqual([{ subject: one, ...once }])
      const found = await store().readFailures([third, other, one])
      expect(found).toHaveLength(2)
      expect(found).toEqual(
        expect.arrayContaining([
          { subject: one, ...once },
          { subject: third, ...twice },
        ]),
      )
    })

    test('are set only by who knows how many there are, or that there are none', async () => {
      const subject = a_subject()
      expect(await store().setFailures(subject, 0, once, HOUR_SECONDS)).toBe(false)
      expect(await failuresOf(subject)).toBeUndefined()
      expect(await store().setFailures(subject, undefined, once, HOUR_SECONDS)).toBe(true)
      expect(await store().setFailures(subject, undefined, twice, HOUR_SECONDS)).toBe(false)
      expect(await store().setFailures(subject, 2, twice, HOUR_SECONDS)).toBe(false)
      expect(await failuresOf(subject)).toEqual({ subject, ...once })
      expect(await store().setFailures(subject, 1, twice, HOUR_SECONDS)).toBe(true)
      expect(await failuresOf(subject)).toEqual({ subject, ...twice })
      expect(await store().setFailures(subject, 2, { failures: 0, atMs: AT_MS }, HOUR_SECONDS)).toBe(true)
      expect(await store().setFailures(subject, undefined, once, HOUR_SECONDS)).toBe(false)
      expect(await store().setFailures(subject, 0, once, HOUR_SECONDS)).toBe(true)
    })

    test('at the same time are all counted', async () => {
      const subject = a_subject()
      const fail = async () => {
        for (;;) {
          const was = (await failuresOf(subject))?.failures
          const next = { failures: (was ?? 0) + 1, atMs: AT_MS }
          if (await store().setFailures(subject, was, next, HOUR_SECONDS)) return
        }
      }
      await Promise.all(Array.from({ length: 8 }, fail))
      expect(await failuresOf(subject)).toEqual({ subject, failures: 8, atMs: AT_MS })
    })
  })
}

/** For engines whose rows expire. */
export const failureEndSentences = (engine: () => Pick<Engine, 'storeFor' | 'until'>): void => {
  const store = () => engine().storeFor(startCall(30_000))
  const failuresOf = async (subject: string) => (await store().readFailures([subject]))[0]
  const until_gone = (subject: string) =>
    engine().until(async () => (await failuresOf(subject)) === undefined)

  describe('failures', () => {
    test('are kept for their time, and then none are known, even if they were to be kept longer before', async () => {
      const [short, shortened] = [a_subject(), a_subject()]
      await store().setFailures(short, undefined, once, 1)
      await store().setFailures(shortened, undefined, once, HOUR_SECONDS)
      expect(await store().setFailures(shortened, 1, twice, 1)).toBe(true)
      for (const subject of [short, shortened]) {
        await until_gone(subject)
        expect(await store().setFailures(subject, 1, twice, HOUR_SECONDS)).toBe(false)
        expect(await store().setFailures(subject, undefined, once, HOUR_SECONDS)).toBe(true)
        expect(await failuresOf(subject)).toEqual({ subject, ...once })
      }
    })

    test('that are set again are kept as long as was said last', async () => {
      const [subject, other] = [a_subject(), a_subject()]
      await store().setFailures(subject, undefined, once, 3)
      expect(await store().setFailures(subject, 1, twice, HOUR_SECONDS)).toBe(true)
      await store().setFailures(other, undefined, once, 3)
      await until_gone(other)
      expect(await failuresOf(subject)).toEqual({ subject, ...twice })
      expect(await store().setFailures(subject, 2, once, HOUR_SECONDS)).toBe(true)
    })
  })
}
