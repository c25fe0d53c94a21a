import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import { hold } from '../fakes/memory-store.ts'
import { quickPasswords } from '../fakes/quick-passwords.ts'
import { the_clock_stands_at } from '../fakes/still-time.ts'
import {
  a_service_with_accounts,
  a_user,
  holder,
  our_accounts,
  PASSWORD,
  said,
  they_change_their_password,
  they_register,
  they_sign_in,
} from '../sentences/accounts.ts'
import type { MemoryApp } from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import { inProcess, type Service } from '../world/service.ts'

const PROXY = '10.0.0.7'
let app: MemoryApp
let id: string

beforeEach(async () => {
  the_clock_stands_at(Date.UTC(2026, 0, 2))
  app = a_service_with_accounts(our_accounts({ TRUSTED_PROXIES: '10.0.0.0/8' }), quickPasswords)
  id = await a_user(from('192.0.2.1'))
})

/** The service as it is reached from an address; with what its client, or a proxy there, says about others. */
const from = (source: string, forwarded?: string): Service => {
  const service = inProcess(app)
  const more = forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded }
  return (call) => service({ ...call, source, headers: { ...call.headers, ...more } })
}
const passes = (ms: number) => jest.setSystemTime(Date.now() + ms)
const guess = (service: Service, password = 'wrong') => they_sign_in(service, { id, password })
const guesses = async (service: Service, count: number) => {
  for (let each = 0; each < count; each += 1) then.it_is_refused(await guess(service), 'no_such_sign_in')
}
const waits = async (service: Service, seconds: number) => {
  const reply = await guess(service, PASSWORD)
  then.it_is_refused(reply, 'too_many_attempts')
  expect(reply.headers['retry-after']).toBe(String(seconds))
}

describe('failed sign-ins', () => {
  test('from one network are refused after five, for a time that doubles up to a quarter of an hour', async () => {
    const service = from('192.0.2.1')
    await guesses(service, 5)
    for (const seconds of [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      await waits(service, seconds)
      passes(seconds * 1000 - 1)
      await waits(service, 1)
      passes(1)
      await guesses(service, 1)
    }
    passes(900_000)
    said(await guess(service, PASSWORD))
    await guesses(service, 5)
  })

  test('are refused without looking at the password, and without hashing', async () => {
    await guesses(from('192.0.2.1'), 5)
    app.memory.statements.length = 0
    then.it_is_refused(await guess(from('192.0.2.1'), PASSWORD), 'too_many_attempts')
    expect(
      app.memory.statements.filter((name) => name.startsWith('set') || name.startsWith('insert')),
    ).toEqual([])
  })

  test('of somebody who does not exist are refused likewise', async () => {
    const service = from('192.0.2.1')
    const guessNobody = () => they_sign_in(service, { id: 'nobody', password: 'x' })
    for (let each = 0; each < 5; each += 1) then.it_is_refused(await guessNobody(), 'no_such_sign_in')
    then.it_is_refused(await guessNobody(), 'too_many_attempts')
  })

  test.each([
    ['the same /24', '192.0.2.1', '192.0.2.200'],
    ['the same /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9'],
    ['an IPv4 address written as IPv6', '192.0.2.1', '::ffff:192.0.2.7'],
  ])('of %s count together, those of another network do not', async (_, one, other) => {
    await guesses(from(one), 5)
    then.it_is_refused(await guess(from(other), PASSWORD), 'too_many_attempts')
    said(await guess(from('198.51.100.1'), PASSWORD))
  })

  test('of one account do not count for another', async () => {
    await guesses(from('192.0.2.1'), 5)
    const other = await a_user(from('192.0.2.1'))
    said(await they_sign_in(from('192.0.2.1'), { id: other, password: PASSWORD }))
  })

  test('begin anew after a success', async () => {
    const service = from('192.0.2.1')
    await guesses(service, 4)
    said(await guess(service, PASSWORD))
    await guesses(service, 5)
  })

  test('from a hundred networks close the account to new ones, never to one from which its owner has signed in', async () => {
    const [home, elsewhere] = [from('192.0.2.1'), from('203.0.113.1')]
    said(await guess(home, PASSWORD))
    for (let network = 0; network < 20; network += 1) await guesses(from(`198.51.${network}.1`), 5)
    then.it_is_refused(await guess(elsewhere, PASSWORD), 'too_many_attempts')
    said(await guess(home, PASSWORD))
    said(await guess(elsewhere, PASSWORD))
  })

  test('many at once lose no count', async () => {
    app = a_service_with_accounts()
    id = await a_user(from('192.0.2.1'))
    const service = from('192.0.2.1')
    const wrong = async () => {
      for (;;) {
        const { status } = await guess(service)
        if (status !== 503) return status
        // Hashing needs the event loop.
        await setImmediate()
      }
    }
    const statuses = await Promise.all(Array.from({ length: 12 }, wrong))
    const failures = statuses.filter((status) => status === 404).length
    expect(failures).toBe(5)
    const [row] = app.memory.tables
      .rows('sign_in_failures')
      .filter(({ subject }) => String(subject).startsWith('a:'))
    // Those whose hash was under way when the fifth was counted are counted as well, and told nothing.
    expect(row?.['failures']).toBeGreaterThanOrEqual(5)
  })

  test('refuse the right password as well, if it was tried beside them', async () => {
    const service = from('192.0.2.1')
    const held = hold(app.memory, 'readPasswordHash')
    const right = guess(service, PASSWORD)
    await held.reached
    app.memory.before = () => undefined
    await guesses(service, 5)
    held.proceed()
    then.it_is_refused(await right, 'too_many_attempts')
    expect(app.memory.tables.rows('sessions')).toEqual([])
  })

  test('leave one guess when a wait is over, right or wrong, to as many as guess at once', async () => {
    const service = from('192.0.2.1')
    await guesses(service, 5)
    passes(2_000)
    const wrong = Array.from({ length: 15 }, () => guess(service))
    const statuses = (await Promise.all([...wrong, guess(service, PASSWORD)])).map(({ status }) => status)
    // 503: too many count at once, and those are told nothing either.
    expect(statuses.filter((status) => status !== 429 && status !== 503)).toEqual([404])
  })

  test('count for changing a password as well', async () => {
    const service = from('192.0.2.1')
    const { token } = said(await guess(service, PASSWORD))
    const change = () =>
      they_change_their_password(service, holder(id, token), {
        password: 'wrong',
        new_password: 'another one',
      })
    for (let each = 0; each < 5; each += 1) then.it_is_refused(await change(), 'no_such_sign_in')
    then.it_is_refused(await change(), 'too_many_attempts')
    then.it_is_refused(await guess(service, PASSWORD), 'too_many_attempts')
  })
})

describe('X-Forwarded-For', () => {
  test('of a stranger says nothing, whatever is in it', async () => {
    for (let each = 0; each < 5; each += 1)
      await guesses(from('192.0.2.1', `203.0.113.${each}, ${each}.1.1.1`), 1)
    then.it_is_refused(await guess(from('192.0.2.1', '203.0.113.77'), PASSWORD), 'too_many_attempts')
  })

  test('of a trusted proxy names the client; what the client wrote before says nothing', async () => {
    for (let each = 0; each < 5; each += 1) await guesses(from(PROXY, `203.0.${each}.1, 192.0.2.1`), 1)
    then.it_is_refused(await guess(from(PROXY, '192.0.2.1'), PASSWORD), 'too_many_attempts')
    said(await guess(from(PROXY, '192.0.2.1, 203.0.113.1'), PASSWORD))
  })
})

describe('registrations', () => {
  test('of one network are refused after twenty, for a time', async () => {
    const register = (source: string) => they_register(from(source), { password: PASSWORD })
    for (let each = 1; each < 20; each += 1) said(await register(`192.0.2.${each}`))
    const refused = await register('192.0.2.99')
    then.it_is_refused(refused, 'too_many_attempts')
    expect(refused.headers['retry-after']).toBe('2')
    said(await register('198.51.100.1'))
    passes(2_000)
    // A hundred at once are one.
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => (await register('192.0.2.99')).status),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  })
})
