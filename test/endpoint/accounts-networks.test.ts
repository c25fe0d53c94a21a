import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import { quickPasswords } from '../fakes/quick-passwords.ts'
import { the_clock_stands_at } from '../fakes/still-time.ts'
import {
  a_service_with_accounts,
  a_user,
  our_accounts,
  PASSWORD,
  said,
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
const _waits = async (service: Service, seconds: number) => {
  const reply = await guess(service, PASSWORD)
  then.it_is_refused(reply, 'too_many_attempts')
  expect(reply.headers['retry-after']).toBe(String(seconds))
}

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
