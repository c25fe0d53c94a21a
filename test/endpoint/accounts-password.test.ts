import { describe, expect, test } from '@jest/globals'
import { hold } from '../fakes/memory-store.ts'
import {
  a_user,
  holder,
  PASSWORD,
  said,
  signed_in,
  somebody_signed_in,
  they_change_their_password,
  they_refresh,
  they_sign_in,
} from '../sentences/accounts.ts'
import type { Person } from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
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

const NEW_PASSWORD = 'battery staple horse'

before_each_a_new_service()

describe('a changed password', () => {
  const change = (who: Person, body: object = {}) =>
    they_change_their_password(service, who, { password: PASSWORD, new_password: NEW_PASSWORD, ...body })

  test('ends every session but the one that it begins, and is the only one from then on', async () => {
    const id = await a_user(service)
    const [phone, laptop] = [await signed_in(service, id, true), await signed_in(service, id)]
    const { token, refresh_token } = said(await change(laptop, { refresh: true }))
    await is_in(holder(id, token))
    passes(5_000)
    for (const one of [phone, laptop]) await is_out(one)
    passes(5 * MINUTE_MS)
    then.it_is_refused(await they_refresh(service, { refresh_token: phone.refreshToken }), 'unauthorized')
    said(await they_refresh(service, { refresh_token }))
    then.it_is_refused(await they_sign_in(service, { id, password: PASSWORD }), 'no_such_sign_in')
    await signed_in(service, id, false, NEW_PASSWORD)
  })

  test.each([
    ['a wrong one', { password: 'wrong' }, 'no_such_sign_in'],
    ['a new one that is too short', { new_password: 'short' }, 'bad_field'],
    ['no new one', { new_password: undefined }, 'bad_field'],
  ] as const)('with %s is refused, and nothing changes', async (_, body, kind) => {
    const alice = await somebody_signed_in(service)
    then.it_is_refused(await change(alice, body), kind)
    passes(5_000)
    await is_in(alice)
    await signed_in(service, alice.id)
  })

  test.each(['replacePasswordHash', 'withdraw', 'insertSession'] as const)(
    'is completed by repeating it after doubt about %s',
    async (statement) => {
      const alice = await somebody_signed_in(service)
      failsOnce('after', statement, 'write_in_doubt')
      const reply = await change(alice)
      // That of the password can be found out.
      if (statement === 'replacePasswordHash') said(reply)
      else then.it_is_refused(reply, 'write_in_doubt')
      const { token } = said(await change(alice))
      passes(5_000)
      await is_out(alice)
      await is_in(holder(alice.id, token))
    },
  )

  test('ends a sign-in with the old one that was under way', async () => {
    const alice = await somebody_signed_in(service)
    const held = hold(app.memory, 'insertSession')
    const late = they_sign_in(service, { id: alice.id, password: PASSWORD, refresh: true })
    await held.reached
    app.memory.before = () => undefined
    said(await change(alice))
    held.proceed()
    then.it_is_refused(await late, 'no_such_sign_in')
    // That of the change, and this one.
    expect(await sessionsOf(await signed_in(service, alice.id, false, NEW_PASSWORD))).toHaveLength(2)
  })

  test('by two at once is changed by one of them', async () => {
    const alice = await somebody_signed_in(service)
    const held = hold(app.memory, 'replacePasswordHash', 2)
    const both = [change(alice), change(alice, { new_password: 'another new password' })]
    await held.reached
    held.proceed()
    const statuses = (await Promise.all(both)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 404])
  })

  test('by the same request twice at once is changed for both', async () => {
    const alice = await somebody_signed_in(service)
    const held = hold(app.memory, 'replacePasswordHash', 2)
    const both = [change(alice), change(alice)]
    await held.reached
    held.proceed()
    for (const reply of await Promise.all(both)) said(reply)
  })
})
