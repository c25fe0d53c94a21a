import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import { standings } from '../../lib/accounts/standing.ts'
import { Fault } from '../../lib/errors.ts'
import { messageIdAt } from '../../lib/model/ids.ts'
import type { Store } from '../../lib/store/store.ts'
import { the_clock_stands_at } from '../fakes/still-time.ts'
import type { Table } from '../fakes/tables.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { type HttpReply, inProcess, type Service } from '../world/service.ts'

const BEGIN_MS = Date.UTC(2026, 0, 2)
const TABLES: Table[] = ['messages', 'buckets', 'send_claims', 'marks', 'inbox']
/** What is withdrawn here alone; and what a send counts in inboxes now and then, by chance. */
const BESIDE: (keyof Store)[] = ['withdraw', 'listingsAfter']
const bob = { id: 'bob' }
const newest = messageIdAt(BEGIN_MS, new Uint8Array(10))

let provider: Awaited<ReturnType<typeof given.an_identity_provider>>
let app: given.MemoryApp
let service: Service

beforeEach(async () => {
  the_clock_stands_at(BEGIN_MS)
  provider = await given.an_identity_provider()
  app = given.a_service_in_memory({ ...provider.auth, tokenMaxAgeSeconds: 86_400 })
  service = inProcess(app)
})

const alice = async (claims: object = {}): Promise<given.Person> => {
  const token = await provider.sign({ sub: 'alice', iat: BEGIN_MS / 1000, ...claims })
  return { id: 'alice', headers: { authorization: `Bearer ${token}` } }
}
const passes = (ms: number) => jest.setSystemTime(Date.now() + ms)
const everything = () => TABLES.map((table) => app.memory.tables.rows(table))

/** Each operation that knows its caller. */
const operations: [string, (to: Service, from: given.Person) => Promise<HttpReply>][] = [
  ['a send', (to, from) => when.they_send(to, from, bob, 'late')],
  ['a send with a key', (to, from) => when.they_send(to, from, bob, 'late', 'a-key')],
  ['a send to a stranger', (to, from) => when.they_send(to, from, { id: 'stranger' }, 'late')],
  ['a list', (to, from) => when.they_list(to, from, bob)],
  ['a look at all dialogs', (to, from) => when.they_look(to, from)],
  ['a look at one dialog', (to, from) => when.they_show(to, from, bob)],
  ['a read mark', (to, from) => when.they_mark(to, from, bob, newest)],
  ['a withdrawal', (to, from) => when.they_revoke(to, from, { session: 'another' })],
]

describe.each(operations)('%s', (_, ask) => {
  let one: given.Person
  let other: given.Person
  beforeEach(async () => {
    one = await alice({ jti: 'one' })
    other = await alice({ jti: 'other' })
    then.it_succeeds(await when.they_send(service, other, bob, 'early'))
    // What a request would look up, write or repair at first, it does anew.
    app.forget()
  })

  test('with a withdrawn token is refused, and writes nothing', async () => {
    const before = everything()
    then.it_is_done(await when.they_revoke(service, one))
    passes(5_000)
    then.it_is_refused(await ask(service, one), 'unauthorized')
    expect(everything()).toEqual(before)
    then.it_succeeds(await when.they_list(service, other, bob))
  })

  test('is not accepted while the database cannot say whether the token is withdrawn, and writes nothing', async () => {
    const before = everything()
    app.memory.before = (statement) => {
      if (statement === 'withdrawals') throw new Fault('database_unavailable', 'partitioned')
    }
    then.it_is_refused(await ask(service, one), 'database_unavailable')
    expect(everything()).toEqual(before)
    app.memory.before = () => undefined
    then.it_succeeds(await when.they_list(service, one, bob))
    expect(everything()).toEqual(before)
  })

  test('takes one read more where tokens can be withdrawn, and none within five seconds of that', async () => {
    const plain = given.a_service_in_memory(provider.auth)
    then.it_succeeds(await when.they_send(inProcess(plain), other, bob, 'early'))
    const statementsOf = async (asked: given.MemoryApp) => {
      asked.memory.cutAt = (rows) => rows
      asked.forget()
      asked.memory.statements.length = 0
      await ask(inProcess(asked), one)
      return asked.memory.statements.filter((statement) => !BESIDE.includes(statement)).toSorted()
    }
    const [first, firstPlain] = [await statementsOf(app), await statementsOf(plain)]
    expect(first).toEqual([...firstPlain, 'withdrawals'].toSorted())
    passes(4_999)
    expect(await statementsOf(app)).toEqual(await statementsOf(plain))
  })
})

describe('a token that was accepted a moment ago, and is withdrawn elsewhere,', () => {
  let one: given.Person
  beforeEach(async () => {
    one = await alice({ jti: 'one' })
    const elsewhere = inProcess({ ...app, isVoid: standings() })
    then.it_succeeds(await when.they_list(service, one, bob))
    then.it_is_done(await when.they_revoke(elsewhere, one))
  })

  test('is refused less than six seconds later', async () => {
    passes(5_000)
    then.it_is_refused(await when.they_send(service, one, bob, 'late'), 'unauthorized')
    then.it_is_refused(await when.they_list(service, one, bob), 'unauthorized')
  })

  test.each([1, 4_000, 3_600_000])('is refused at once when the clock is set back by %i ms', async (ms) => {
    passes(-ms)
    then.it_is_refused(await when.they_send(service, one, bob, 'late'), 'unauthorized')
    // And when it is put right again.
    passes(ms + 5_000)
    then.it_is_refused(await when.they_send(service, one, bob, 'late'), 'unauthorized')
    expect(app.memory.tables.rows('messages')).toEqual([])
  })
})

test('a withdrawn token spends nothing of the rate at which its owner may send', async () => {
  app = given.a_service_in_memory({ ...provider.auth, tokenMaxAgeSeconds: 86_400 }, undefined, {
    sendRate: { perSecond: 1, burst: 2 },
  })
  service = inProcess(app)
  const [lost, kept] = [await alice({ jti: 'lost' }), await alice({ jti: 'kept' })]
  then.it_is_done(await when.they_revoke(service, kept, { session: 'none' }))
  then.it_is_done(await when.they_revoke(service, lost))
  passes(5_000)
  then.it_is_refused(await when.they_send(service, lost, bob, 'late'), 'unauthorized')
  passes(1_000)
  for (let each = 0; each < 10; each += 1)
    then.it_is_refused(await when.they_send(service, lost, bob, 'late'), 'unauthorized')
  for (let each = 0; each < 2; each += 1) then.it_succeeds(await when.they_send(service, kept, bob, 'mine'))
})
