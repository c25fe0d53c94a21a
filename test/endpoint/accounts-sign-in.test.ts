import { beforeEach, describe, expect, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import {
  a_service_with_accounts,
  a_user,
  our_accounts,
  PASSWORD,
  said,
  somebody_signed_in,
  they_change_their_password,
  they_refresh,
  they_sign_in,
} from '../sentences/accounts.ts'
import type * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { inProcess, type Service } from '../world/service.ts'

let app: given.MemoryApp
let service: Service

beforeEach(() => {
  app = a_service_with_accounts()
  service = inProcess(app)
})

describe('signing in', () => {
  test('gives a token for a day, with which one sends and lists', async () => {
    const id = await a_user(service)
    const reply = said(await they_sign_in(service, { id, password: PASSWORD }))
    expect(reply).toEqual({ token: expect.any(String), expires_in: 86_400 })
    const alice = { id, headers: { authorization: `Bearer ${reply.token}` } }
    const sent = await when.they_send(service, alice, { id: 'bob' }, 'Hello, Bob!')
    then.it_succeeds(sent)
    expect(JSON.parse(sent.text).from).toBe(id)
    then.it_succeeds(await when.they_list(service, alice, { id: 'bob' }))
  })

  test('gives tokens that live no longer than TOKEN_MAX_AGE', async () => {
    const brief = inProcess(a_service_with_accounts(our_accounts({ TOKEN_MAX_AGE: '60' })))
    const id = await a_user(brief)
    const plain = said(await they_sign_in(brief, { id, password: PASSWORD }))
    const { refresh_token, expires_in } = said(
      await they_sign_in(brief, { id, password: PASSWORD, refresh: true }),
    )
    const refreshed = said(await they_refresh(brief, { refresh_token }))
    expect([plain.expires_in, expires_in, refreshed.expires_in]).toEqual([60, 60, 60])
  })

  test('as well as refreshing, changing a password and withdrawing everything need a clock within bounds', async () => {
    const alice = await somebody_signed_in(service, true)
    app.clock.compared = { at: 0, aheadMs: 0 }
    app.memory.clockOffsetMs = -60_000
    const change = { password: PASSWORD, new_password: 'another password' }
    for (const reply of [
      await they_sign_in(service, { id: alice.id, password: PASSWORD }),
      await they_refresh(service, { refresh_token: alice.refreshToken }),
      await they_change_their_password(service, alice, change),
      await when.they_revoke(service, alice, { all: true }),
    ])
      then.it_is_refused(reply, 'clock_out_of_bounds')
    then.it_is_done(await when.they_revoke(service, alice))
  })

  test('as nobody and with a wrong password get one reply', async () => {
    const id = await a_user(service)
    const replies = [
      await they_sign_in(service, { id, password: 'wrong' }),
      await they_sign_in(service, { id: 'nobody', password: PASSWORD }),
    ]
    for (const reply of replies) then.it_is_refused(reply, 'no_such_sign_in')
    const [one, other] = replies.map(({ text }) => ({ ...JSON.parse(text), request_id: '' }))
    expect(one).toEqual(other)
    expect(app.memory.tables.rows('sessions')).toEqual([])
  })

  test.each([
    ['no id', { password: PASSWORD }, 'bad_field'],
    ['no password', { id: 'alice' }, 'bad_field'],
    ['an id that nobody can have', { id: '..', password: PASSWORD }, 'bad_id'],
    ['an id that is a number', { id: 5, password: PASSWORD }, 'bad_field'],
    ['a refresh that is text', { id: 'alice', password: PASSWORD, refresh: 'yes' }, 'bad_field'],
  ] as const)('with %s is refused', async (_, body, kind) => {
    then.it_is_refused(await they_sign_in(service, body), kind)
  })

  test('asks for the same work, whether there is such a user or not', async () => {
    const id = await a_user(service)
    const statementsOf = async (body: object) => {
      app.memory.statements.length = 0
      then.it_is_refused(await they_sign_in(service, body), 'no_such_sign_in')
      return app.memory.statements
    }
    // The clock is compared with the database's once.
    await statementsOf({ id, password: 'wrong' })
    const known = [...(await statementsOf({ id, password: 'wrong' }))]
    expect([...(await statementsOf({ id: 'nobody', password: 'wrong' }))]).toEqual(known)
  })

  test('is refused while the database is gone, and nothing is accepted', async () => {
    const id = await a_user(service)
    app.memory.before = () => {
      throw new Fault('database_unavailable', 'gone')
    }
    then.it_is_refused(await they_sign_in(service, { id, password: PASSWORD }), 'database_unavailable')
  })

  test('more often at once than there are hashes allowed is refused as too busy, at once', async () => {
    const id = await a_user(service)
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => they_sign_in(service, { id, password: PASSWORD })),
    )
    const statuses = replies.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2)
    for (const reply of replies.filter(({ status }) => status !== 200))
      then.it_is_refused(reply, 'overloaded')
    expect(statuses).toContain(503)
  })
})
