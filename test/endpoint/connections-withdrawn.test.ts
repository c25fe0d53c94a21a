import { describe, expect, jest, test } from '@jest/globals'
import { standings } from '../../lib/accounts/standing.ts'
import { Fault } from '../../lib/errors.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import {
  alice,
  app,
  before_each_a_service_that_pushes,
  bob,
  gateway,
  pushing,
  service,
  texts,
} from '../world/connected-people.ts'

before_each_a_service_that_pushes()

describe('a withdrawal that was interrupted', () => {
  const stops = (statement: string) => {
    app.memory.before = (running) => {
      if (running === statement) throw new Fault('database_unavailable', 'gone')
    }
  }

  test.each([
    ['its token', {}],
    ['its session', { session: 's' }],
    ['everything', { all: true }],
  ])(
    'between the mark of %s and its connections is completed by its repeat, which is refused',
    async (_, what) => {
      const mine = await pushing.somebody('alice', { sid: 's' })
      const one = await gateway.connected(mine.headers)
      stops('removeConnections')
      then.it_is_refused(await when.they_revoke(service, mine, what), 'database_unavailable')
      then.it_succeeds(await when.they_send(service, bob, alice, 'Not withdrawn yet'))
      app.isVoid = standings()
      then.it_is_refused(await when.they_revoke(service, mine, what), 'database_unavailable')
      app.memory.before = () => undefined
      app.isVoid = standings()
      then.it_is_refused(await when.they_revoke(service, mine, what), 'unauthorized')
      then.it_succeeds(await when.they_send(service, bob, alice, 'a secret'))
      expect(texts(one)).toEqual(['Not withdrawn yet'])
      expect(one.told.at(-1)).toEqual({ type: 'bye', code: 4401, reconnect_ms: 0 })
    },
  )

  test('is not begun anew by a token that was withdrawn long ago', async () => {
    const stolen = await pushing.somebody('alice', { sid: 'stolen' })
    then.it_is_done(await when.they_revoke(service, stolen))
    const one = await gateway.connected(alice.headers)
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 101_000)
    await one.says({ action: 'ping' })
    app.isVoid = standings()
    then.it_is_refused(await when.they_revoke(service, stolen), 'unauthorized')
    jest.restoreAllMocks()
    expect(app.memory.statements.filter((name) => name === 'removeConnections')).toHaveLength(1)
  })
})

test('somebody whose token is withdrawn is not seen typing', async () => {
  const [one, other] = [await gateway.connected(alice.headers), await gateway.connected(bob.headers)]
  await pushing.withdrawAll(alice)
  app.isVoid = standings()
  expect(await one.says({ action: 'typing', to: 'bob' })).toMatchObject({ code: 40101 })
  expect(other.told).toEqual([])
})
