import { describe, expect, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { a_gateway_before } from '../fakes/connections.ts'
import {
  a_user,
  holder,
  said,
  signed_in,
  somebody_signed_in,
  they_list_sessions,
  they_refresh,
} from '../sentences/accounts.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import {
  app,
  BEGIN_MS,
  before_each_a_new_service,
  is_in,
  is_out,
  MINUTE_MS,
  passes,
  service,
  sessionsOf,
} from '../world/people-with-accounts.ts'

const DAY_MS = 24 * 60 * MINUTE_MS

before_each_a_new_service()

describe('refreshing', () => {
  test('gives an access token for ten minutes; the refresh token is replaced now and then, and good for 30 days', async () => {
    let { refreshToken, id } = await somebody_signed_in(service, true)
    for (let day = 0; day < 29; day += 1) {
      passes(DAY_MS)
      const next = said(await they_refresh(service, { refresh_token: refreshToken }))
      expect(next).toMatchObject({ expires_in: 600, refresh_token: expect.any(String) })
      expect(next.refresh_token).not.toBe(refreshToken)
      await is_in(holder(id, next.token))
      refreshToken = next.refresh_token
    }
    passes(DAY_MS - 300_000)
    const last = said(await they_refresh(service, { refresh_token: refreshToken }))
    expect(last.expires_in).toBe(300)
    passes(300_000)
    then.it_is_refused(await they_refresh(service, { refresh_token: last.refresh_token }), 'unauthorized')
  })

  test('soon after the last time gives no other refresh token: one keeps what one has', async () => {
    const alice = await somebody_signed_in(service, true)
    const reply = said(await they_refresh(service, { refresh_token: alice.refreshToken }))
    expect(Object.keys(reply)).toEqual(['token', 'expires_in'])
    await is_in(holder(alice.id, reply.token))
  })

  test('with a token that was replaced long ago is theft: the session is over, with its tokens', async () => {
    const thief = await somebody_signed_in(service, true)
    passes(5 * MINUTE_MS)
    const owner = said(await they_refresh(service, { refresh_token: thief.refreshToken }))
    passes(2 * MINUTE_MS)
    const next = said(await they_refresh(service, { refresh_token: owner.refresh_token }))
    passes(2 * MINUTE_MS)
    then.it_is_refused(await they_refresh(service, { refresh_token: thief.refreshToken }), 'unauthorized')
    passes(5_000)
    for (const { token } of [owner, next]) await is_out(holder(thief.id, token))
    then.it_is_refused(await they_refresh(service, { refresh_token: next.refresh_token }), 'unauthorized')
  })

  test('that is theft ends the connections of its session, too', async () => {
    const gateway = a_gateway_before(app)
    const thief = await somebody_signed_in(service, true)
    passes(5 * MINUTE_MS)
    const owner = said(await they_refresh(service, { refresh_token: thief.refreshToken }))
    const device = await gateway.connected(holder(thief.id, owner.token).headers)
    passes(2 * MINUTE_MS)
    await device.says({ action: 'ping' })
    said(await they_refresh(service, { refresh_token: owner.refresh_token }))
    passes(2 * MINUTE_MS)
    await device.says({ action: 'ping' })
    then.it_is_refused(await they_refresh(service, { refresh_token: thief.refreshToken }), 'unauthorized')
    const bob = await somebody_signed_in(service)
    then.it_succeeds(await when.they_send(service, bob, thief, 'a secret'))
    expect(device.told).toEqual([{ type: 'bye', code: 4401, reconnect_ms: 0 }])
  })

  test.each(['', 'x', 'a.b.c.d.e', 'Bearer x', 'k.7c9e6679-7425-40de-944b-e07fc1f90ae7.0.0.x'])(
    'with %j, which is no refresh token, is refused',
    async (text) => {
      then.it_is_refused(await they_refresh(service, { refresh_token: text }), 'unauthorized')
    },
  )

  test('with an access token is refused, and a refresh token is no access token', async () => {
    const alice = await somebody_signed_in(service, true)
    then.it_is_refused(await they_refresh(service, { refresh_token: alice.token }), 'unauthorized')
    await is_out(holder(alice.id, alice.refreshToken))
  })

  test('of a plain sign-in is not offered', async () => {
    expect((await somebody_signed_in(service)).refreshToken).toBeUndefined()
  })

  test('waits until the database is there again, and the token is still good', async () => {
    const alice = await somebody_signed_in(service, true)
    passes(5 * MINUTE_MS)
    app.memory.before = () => {
      throw new Fault('database_unavailable', 'gone')
    }
    const gone = await they_refresh(service, { refresh_token: alice.refreshToken })
    then.it_is_refused(gone, 'database_unavailable')
    app.memory.before = () => undefined
    said(await they_refresh(service, { refresh_token: alice.refreshToken }))
  })
})

describe('sessions are listed', () => {
  test('newest first, with the one of this token, and only to their owner', async () => {
    const id = await a_user(service)
    const first = await signed_in(service, id, true)
    passes(MINUTE_MS * 5)
    await signed_in(service, id)
    await somebody_signed_in(service)
    said(await they_refresh(service, { refresh_token: first.refreshToken }))
    expect(await sessionsOf(first)).toEqual([
      { id: expect.any(String), began_at: iso(5), refreshed_at: iso(5), current: false },
      { id: expect.any(String), began_at: iso(0), refreshed_at: iso(5), current: true },
    ])
  })

  test('without a credential to nobody', async () => {
    then.it_is_refused(await they_list_sessions(service, { id: '', headers: {} }), 'unauthorized')
  })
})

const iso = (minutes: number) => new Date(BEGIN_MS + minutes * MINUTE_MS).toISOString()
