/** The guarantees of the port for withdrawn tokens, for every database engine. */
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import { ALL_TOKENS } from '../../lib/model/token.ts'
import { type Engine, user } from './engine.ts'

const AT_MS = 1_700_000_000_123
const HOUR_SECONDS = 3_600

export const withdrawalSentences = (engine: () => Pick<Engine, 'storeFor'>): void => {
  const store = () => engine().storeFor(startCall(30_000))

  describe('withdrawn tokens', () => {
    test('are found by their names, and no others, of nobody else', async () => {
      const [alice, bob] = [user('alice'), user('bob')]
      const session = { what: 'sid:one', atMs: AT_MS } as const
      await store().withdraw(alice, session, HOUR_SECONDS)
      await store().withdraw(alice, { what: 'jti:other', atMs: AT_MS }, HOUR_SECONDS)
      expect(await store().withdrawals(alice, [ALL_TOKENS, 'sid:one', 'jti:one'])).toEqual([session])
      expect(await store().withdrawals(alice, [ALL_TOKENS, 'sid:one'])).toEqual([session])
      expect(await store().withdrawals(alice, [ALL_TOKENS])).toEqual([])
      expect(await store().withdrawals(bob, [ALL_TOKENS, 'sid:one'])).toEqual([])
    })

    test('are withdrawn up to the latest moment, in whatever order that was written', async () => {
      const alice = user('alice')
      for (const atMs of [AT_MS, AT_MS + 2, AT_MS + 1])
        await store().withdraw(alice, { what: ALL_TOKENS, atMs }, HOUR_SECONDS)
      expect(await store().withdrawals(alice, [ALL_TOKENS])).toEqual([{ what: ALL_TOKENS, atMs: AT_MS + 2 }])
    })
  })
}
