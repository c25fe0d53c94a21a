/** The guarantees of the port for users, for every database engine. */
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import { type Engine, user } from './engine.ts'

const ALL_TOLD = {
  firstName: 'Ада',
  secondName: "O'Hara",
  birthdate: '1815-12-10',
  biography: 'writes;\n"programs" 🙂',
  city: 'London',
}
const account = { profile: ALL_TOLD, passwordHash: '$argon2id$one', createdAtMs: 1_700_000_000_123 }

export const userSentences = (engine: () => Pick<Engine, 'storeFor'>): void => {
  const store = () => engine().storeFor(startCall(30_000))

  describe('a user', () => {
    test('is created once, and what was told first stays', async () => {
      const alice = user('alice')
      expect(await store().createUser(alice, account)).toBe(true)
      expect(await store().createUser(alice, account)).toBe(false)
      const other = { profile: { city: 'Paris' }, passwordHash: '$argon2id$two', createdAtMs: 1 }
      expect(await store().createUser(alice, other)).toBe(false)
      expect(await store().readProfile(alice)).toEqual(ALL_TOLD)
      expect(await store().readPasswordHash(alice)).toBe('$argon2id$one')
    })

    test('is created by one of several concurrent requests', async () => {
      const alice = user('alice')
      const created = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store().createUser(alice, { ...account, passwordHash: `${index}` }),
        ),
      )
      expect(created.filter(Boolean)).toHaveLength(1)
      expect(await store().readPasswordHash(alice)).toBe(`${created.indexOf(true)}`)
    })

    test('need not tell anything, and has no profile only if there is no such user', async () => {
      const [alice, bob] = [user('alice'), user('bob')]
      await store().createUser(alice, { ...account, profile: {} })
      expect(await store().readProfile(alice)).toEqual({})
      await store().createUser(bob, { ...account, profile: { secondName: 'B' } })
      expect(await store().readProfile(bob)).toEqual({ secondName: 'B' })
      expect(await store().readProfile(user('carol'))).toBeUndefined()
      expect(await store().readPasswordHash(user('carol'))).toBeUndefined()
    })
  })

  describe('the hash of a password', () => {
    test('is replaced only by who knows the old one, and nothing else is', async () => {
      const [alice, bob] = [user('alice'), user('bob')]
      for (const one of [alice, bob]) await store().createUser(one, account)
      expect(await store().replacePasswordHash(alice, 'another', 'new')).toBe(false)
      expect(await store().readPasswordHash(alice)).toBe('$argon2id$one')
      expect(await store().replacePasswordHash(alice, '$argon2id$one', 'new')).toBe(true)
      expect(await store().replacePasswordHash(alice, '$argon2id$one', 'newer')).toBe(false)
      expect(await store().readPasswordHash(alice)).toBe('new')
      expect(await store().readProfile(alice)).toEqual(ALL_TOLD)
      expect(await store().readPasswordHash(bob)).toBe('$argon2id$one')
    })

    test('is replaced by one of several concurrent requests that know the old one', async () => {
      const alice = user('alice')
      await store().createUser(alice, account)
      const replaced = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store().replacePasswordHash(alice, '$argon2id$one', `${index}`),
        ),
      )
      expect(replaced.filter(Boolean)).toHaveLength(1)
      expect(await store().readPasswordHash(alice)).toBe(`${replaced.indexOf(true)}`)
    })

    test('of nobody is not replaced, and makes no user', async () => {
      const alice = user('alice')
      expect(await store().replacePasswordHash(alice, '$argon2id$one', 'new')).toBe(false)
      expect(await store().readProfile(alice)).toBeUndefined()
      expect(await store().createUser(alice, account)).toBe(true)
    })
  })
}
