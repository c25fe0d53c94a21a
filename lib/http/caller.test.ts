import { describe, expect, test } from '@jest/globals'
import * as given from '../../test/sentences/given.ts'
import { authenticator } from './caller.ts'

describe('a refusal says that a token is not accepted (RFC 6750), and not why,', () => {
  const challenged = async (...authorization: string[]) => {
    const provider = await given.an_identity_provider()
    const headers = new Map([['authorization', authorization]])
    return authenticator(provider.auth)(headers).catch((fault) => fault.headers)
  }
  const INVALID = { 'www-authenticate': 'Bearer realm="dialogs", error="invalid_token"' }

  test.each([
    ['malformed', 'Bearer a.b.c'],
    ['empty', 'Bearer '],
    ['too long', `Bearer ${'a'.repeat(9_000)}`],
    ['in lower case', 'bearer x'],
    ['repeated', 'Bearer a', 'Bearer b'],
    ['repeated behind another scheme', 'Basic YTpi', 'Bearer b'],
  ])('to one that is %s', async (_, ...authorization) => {
    expect(await challenged(...authorization)).toEqual(INVALID)
  })

  test('to one that is forged, or whose subject is no user', async () => {
    const provider = await given.an_identity_provider()
    const stranger = await given.an_identity_provider()
    const tokens = [await stranger.sign({ sub: 'alice' }), await provider.sign({ sub: '..' })]
    for (const token of tokens) {
      const headers = new Map([['authorization', [`Bearer ${token}`]]])
      await expect(authenticator(provider.auth)(headers)).rejects.toMatchObject({ headers: INVALID })
    }
  })

  test.each([[], [''], ['Basic YTpi'], ['Bearerless x']])(
    'but asks for one where there is none: %j',
    async (...none) => {
      expect(await challenged(...none)).toEqual({})
    },
  )
})

describe('a gateway', () => {
  const secrets = ['the secret of today!', 'the secret of before']
  const authenticate = authenticator({ mode: 'gateway', secrets })
  const headers = (user: string[], secret: string[]) =>
    new Map([
      ['x-user-id', user],
      ['x-gateway-secret', secret],
    ])

  test.each(secrets)('that proves itself names the user (%j)', async (secret) => {
    expect(await authenticate(headers(['alice'], [secret]))).toEqual({ user: 'alice' })
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
