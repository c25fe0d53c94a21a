import { describe, expect, test } from '@jest/globals'
import { hold } from '../fakes/memory-store.ts'
import { a_user, holder, said, signed_in, somebody_signed_in, they_refresh } from '../sentences/accounts.ts'
import type { Person } from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import {
  app,
  before_each_a_new_service,
  failsOnce,
  is_in,
  is_out,
  MINUTE_MS,
  passes,
  service,
  sessionsOf,
} from '../world/people-with-accounts.ts'

const DAY_MS = 24 * 60 * MINUTE_MS

before_each_a_new_service()

describe('signing out', () => {
  test('of one session ends its tokens and its refreshing, and no others', async () => {
    const id = await a_user(service)
    const [phone, laptop] = [await signed_in(service, id, true), await signed_in(service, id, true)]
    const other = (await sessionsOf(laptop)).find(({ current }: { current: boolean }) => !current)
    then.it_is_done(await when.they_revoke(service, laptop, { session: other.id }))
    passes(5_000)
    await is_out(phone)
    then.it_is_refused(await they_refresh(service, { refresh_token: phone.refreshToken }), 'unauthorized')
    await is_in(laptop)
    passes(5 * MINUTE_MS)
    said(await they_refresh(service, { refresh_token: laptop.refreshToken }))
    expect(await sessionsOf(laptop)).toHaveLength(1)
  })

  test('of somebody else is not possible', async () => {
    const [alice, eve] = [await somebody_signed_in(service, true), await somebody_signed_in(service)]
    const [{ id: session }] = await sessionsOf(alice)
    then.it_is_done(await when.they_revoke(service, eve, { session }))
    passes(5_000)
    await is_in(alice)
    passes(5 * MINUTE_MS)
    said(await they_refresh(service, { refresh_token: alice.refreshToken }))
  })

  test('of everything ends all sessions for good, and one can sign in again at once', async () => {
    const id = await a_user(service)
    const all = [await signed_in(service, id, true), await signed_in(service, id, true)]
    then.it_is_done(await when.they_revoke(service, all[0] as Person, { all: true }))
    const again = await signed_in(service, id, true)
    await is_in(again)
    passes(5_000)
    for (const one of all) await is_out(one)
    await is_in(again)
    expect(await sessionsOf(again)).toEqual([expect.objectContaining({ current: true })])
    for (let day = 0; day < 29; day += 1) {
      passes(DAY_MS)
      for (const { refreshToken } of all)
        then.it_is_refused(await they_refresh(service, { refresh_token: refreshToken }), 'unauthorized')
    }
  })

  test('of everything a moment after signing in again ends that as well', async () => {
    const id = await a_user(service)
    const first = await signed_in(service, id, true)
    then.it_is_done(await when.they_revoke(service, first, { all: true }))
    const second = await signed_in(service, id, true)
    then.it_is_done(await when.they_revoke(service, second, { all: true }))
    passes(5_000)
    await is_out(second)
  })

  test('of everything ends what an instance with a clock ahead has just begun', async () => {
    const id = await a_user(service)
    const here = await signed_in(service, id)
    passes(900)
    const ahead = await signed_in(service, id)
    passes(-900)
    then.it_is_done(await when.they_revoke(service, here, { all: true }))
    passes(5_000)
    await is_out(ahead)
  })

  test('of everything ends what a refresh beside it has got, however late that is answered', async () => {
    const alice = await somebody_signed_in(service, true)
    passes(5 * MINUTE_MS)
    const held = hold(app.memory, 'rotateSession')
    const late = they_refresh(service, { refresh_token: alice.refreshToken })
    await held.reached
    app.memory.before = () => undefined
    then.it_is_done(await when.they_revoke(service, await signed_in(service, alice.id), { all: true }))
    passes(3_000)
    held.proceed()
    const { token } = said(await late)
    passes(5_000)
    await is_out(holder(alice.id, token))
  })

  test('that fails half-way is completed by repeating it', async () => {
    const id = await a_user(service)
    const [phone, laptop] = [await signed_in(service, id, true), await signed_in(service, id)]
    const other = (await sessionsOf(laptop)).find(({ current }: { current: boolean }) => !current)
    const session = other.id
    failsOnce('before', 'endSession', 'database_unavailable')
    then.it_is_refused(await when.they_revoke(service, laptop, { session }), 'database_unavailable')
    then.it_is_refused(await they_refresh(service, { refresh_token: phone.refreshToken }), 'unauthorized')
    then.it_is_done(await when.they_revoke(service, laptop, { session }))
    expect(await sessionsOf(laptop)).toHaveLength(1)
  })
})
