import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import { standings } from '../../lib/accounts/standing.ts'
import { Fault } from '../../lib/errors.ts'
import { hold } from '../fakes/memory-store.ts'
import { the_clock_stands_at } from '../fakes/still-time.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { inProcess, type Service } from '../world/service.ts'
import { until } from '../world/until.ts'

const BEGIN_MS = Date.UTC(2026, 0, 2)
const HOUR_SECONDS = 3_600

let provider: Awaited<ReturnType<typeof given.an_identity_provider>>
let app: given.MemoryApp
let service: Service
const bob = { id: 'bob' }

beforeEach(async () => {
  the_clock_stands_at(BEGIN_MS)
  provider = await given.an_identity_provider()
  app = given.a_service_in_memory({ ...provider.auth, tokenMaxAgeSeconds: 24 * HOUR_SECONDS })
  service = inProcess(app)
})

const seconds = () => Math.floor(Date.now() / 1000)
const alice = async (claims: object = {}): Promise<given.Person> => {
  const token = await provider.sign({ sub: 'alice', iat: seconds(), exp: seconds() + 600, ...claims })
  return { id: 'alice', headers: { authorization: `Bearer ${token}` } }
}
const passes = (ms: number) => jest.setSystemTime(Date.now() + ms)
const asked = () => app.memory.statements.filter((one) => one === 'withdrawals').length
const written = () => app.memory.tables.rows('messages')

test('a token that is withdrawn is refused, also by instances that had just accepted it, within five seconds', async () => {
  const one = await alice({ jti: 'one' })
  const other = await alice({ jti: 'other' })
  const elsewhere = inProcess({ ...app, isVoid: standings() })
  for (const instance of [service, elsewhere]) then.it_succeeds(await when.they_list(instance, one, bob))
  then.it_is_done(await when.they_revoke(service, one))
  passes(5_000)
  for (const instance of [service, elsewhere]) {
    then.it_is_refused(await when.they_list(instance, one, bob), 'unauthorized')
    then.it_is_refused(await when.they_send(instance, one, bob, 'late'), 'unauthorized')
  }
  then.it_succeeds(await when.they_list(service, other, bob))
  expect(written()).toEqual([])
})

test('a token without a name is withdrawn under any of its signatures', async () => {
  const one = await alice()
  const [, token = ''] = String(one.headers['authorization']).split(' ')
  const varied = { id: 'alice', headers: { authorization: `Bearer ${withOtherSignature(token)}` } }
  for (const valid of [one, varied]) then.it_succeeds(await when.they_list(service, valid, bob))
  then.it_is_done(await when.they_revoke(service, one))
  passes(5_000)
  for (const withdrawn of [one, varied])
    then.it_is_refused(await when.they_send(service, withdrawn, bob, 'late'), 'unauthorized')
  expect(written()).toEqual([])
})

test('a session is withdrawn with all of its tokens, and no others', async () => {
  const session = { sid: 'phone' }
  const [one, other] = [await alice({ ...session, jti: '1' }), await alice({ ...session, jti: '2' })]
  const laptop = await alice({ sid: 'laptop' })
  then.it_is_done(await when.they_revoke(service, laptop, { session: 'phone' }))
  for (const person of [one, other])
    then.it_is_refused(await when.they_list(service, person, bob), 'unauthorized')
  then.it_succeeds(await when.they_list(service, laptop, bob))
})

test('all of a person up to now is withdrawn, what is issued six seconds later is not, and nobody else is touched', async () => {
  const [one, unnamed] = [await alice({ sid: 's' }), await alice()]
  const eve = { id: 'eve', headers: await provider.credentials('eve') }
  then.it_is_done(await when.they_revoke(service, one, { all: true }))
  then.it_is_refused(await when.they_list(service, unnamed, bob), 'unauthorized')
  passes(6_000)
  then.it_is_refused(await when.they_list(service, one, bob), 'unauthorized')
  then.it_succeeds(await when.they_list(service, await alice(), bob))
  then.it_is_refused(await when.they_list(service, eve, bob), 'unauthorized')
})

test('a withdrawal ends with the longest life of a token', async () => {
  const first = await alice({ jti: 'one', exp: seconds() + 90_000 })
  then.it_is_done(await when.they_revoke(service, first))
  passes(24 * HOUR_SECONDS * 1_000 + 6_000)
  // By then it is too old.
  then.it_is_refused(await when.they_list(service, first, bob), 'unauthorized')
  passes(15_000)
  expect(await when.they_list(service, await alice({ jti: 'one' }), bob)).toMatchObject({ status: 200 })
})

describe('whether a token is withdrawn', () => {
  test('is asked beside the first reads of a request, and not again for five seconds', async () => {
    const one = await alice()
    const { reached, proceed } = hold(app.memory, 'withdrawals')
    const listing = when.they_list(service, one, bob)
    await reached
    await until('the page is being read', () => app.memory.statements.includes('messagesBefore'))
    proceed()
    then.it_succeeds(await listing)
    app.memory.before = () => undefined
    passes(4_000)
    then.it_succeeds(await when.they_send(service, one, bob, 'a'))
    expect(asked()).toBe(1)
    passes(1_000)
    then.it_succeeds(await when.they_list(service, one, bob))
    expect(asked()).toBe(2)
  })

  test('is awaited before anything is written, and before any reply', async () => {
    const one = await alice()
    then.it_is_done(await when.they_revoke(service, one))
    passes(5_000)
    const { reached, proceed } = hold(app.memory, 'withdrawals')
    const sending = when.they_send(service, one, bob, 'a')
    await reached
    await until('the send has its plan', () => app.memory.statements.includes('newestBucket'))
    // A send without it has ended by then.
    then.it_succeeds(await when.they_send(inProcess(given.a_service_in_memory(provider.auth)), one, bob, 'a'))
    expect(written()).toEqual([])
    proceed()
    then.it_is_refused(await sending, 'unauthorized')
    expect(written()).toEqual([])
    expect(app.memory.tables.rows('inbox')).toEqual([])
  })

  test('and if the database cannot say, nobody is let in', async () => {
    const one = await alice()
    app.memory.before = (statement) => {
      if (statement === 'withdrawals') throw new Fault('database_unavailable', 'partitioned')
    }
    then.it_is_refused(await when.they_list(service, one, bob), 'database_unavailable')
    then.it_is_refused(await when.they_send(service, one, bob, 'a'), 'database_unavailable')
    expect(written()).toEqual([])
  })
})

describe('where tokens can be withdrawn,', () => {
  test.each([
    ['without iat', { iat: undefined }],
    ['issued longer ago than a token may live', { iat: BEGIN_MS / 1000 - 24 * HOUR_SECONDS - 6 }],
    ['issued in the future', { iat: BEGIN_MS / 1000 + 6 }],
  ])('a token %s is refused', async (_, claims) => {
    then.it_is_refused(await when.they_list(service, await alice(claims), bob), 'unauthorized')
  })

  test.each([
    ['a session and all at once', { session: 's', all: true }],
    ['a session without a name', { session: '' }],
    ['all: false', { all: false }],
  ])('a withdrawal of %s is refused', async (_, body) => {
    then.it_is_refused(await when.they_revoke(service, await alice(), body), 'bad_field')
  })

  test('a withdrawal that may be stored says so', async () => {
    app.memory.before = (statement) => {
      if (statement === 'withdraw') throw new Fault('write_in_doubt', 'timed out')
    }
    then.it_is_refused(await when.they_revoke(service, await alice()), 'write_in_doubt')
  })
})

test('where they cannot, there is nothing to withdraw, and nothing is asked', async () => {
  const plain = given.a_service_in_memory(provider.auth)
  then.it_is_refused(await when.they_revoke(inProcess(plain), await alice()), 'not_found')
  then.it_succeeds(await when.they_list(inProcess(plain), await alice({ iat: undefined }), bob))
  expect(plain.memory.statements).not.toContain('withdrawals')
})

/** Of an ECDSA signature (r, s), (r, n - s) is one as well. */
const withOtherSignature = (token: string): string => {
  const [header, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex')
  return [header, payload, Buffer.concat([bytes.subarray(0, 32), other]).toString('base64url')].join('.')
}
