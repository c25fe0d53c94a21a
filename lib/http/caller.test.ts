import { describe, expect, test } from '@jest/globals'
import { authenticator } from './caller.ts'

describe('a gateway', () => {
  const secrets = ['the secret of today!', 'the secret of before']
  const authenticate = authenticator({ mode: 'gateway', secrets })
  const headers = (user: string[], secret: string[]) =>
    new Map([
      ['x-user-id', user],
      ['x-gateway-secret', secret],
    ])

  test.each(secrets)('that proves itself names the user (%j)', async (secret) => {
    expect(await authenticate(headers(['alice'], [secret]))).toBe('alice')
  })

  test.each([
    ['no secret', ['alice'], []],
    ['an empty secret', ['alice'], ['']],
    ['a wrong secret', ['alice'], ['the secret of today?']],
    ['a part of the secret', ['alice'], ['the secret']],
    ['a repeated secret', ['alice'], [...secrets]],
    ['no user', [], ['the secret of today!']],
    ['two users', ['alice', 'bob'], ['the secret of today!']],
    ['joined users', ['alice,bob'], ['the secret of today!']],
    ['joined users with a space', ['alice, bob'], ['the secret of today!']],
    ['a user that is no id', ['..'], ['the secret of today!']],
    [
      'bytes beyond ASCII, whose decoding differs between servers',
      ['\u00c3\u00a9'],
      ['the secret of today!'],
    ],
  ])('with %s is refused', async (_, user, secret) => {
    await expect(authenticate(headers(user, secret))).rejects.toMatchObject({ kind: 'unauthorized' })
  })
})
