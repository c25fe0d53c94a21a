import { beforeEach, describe, expect, test } from '@jest/globals'
import { a_service_with_accounts, said, they_register, they_sign_in } from '../sentences/accounts.ts'
import * as then from '../sentences/then.ts'
import { busy_from_now } from '../world/busy-time.ts'
import { inProcess, type Service } from '../world/service.ts'

let service: Service
beforeEach(() => {
  service = inProcess(a_service_with_accounts())
})

describe('a password', () => {
  test.each([
    ['of 1,024 bytes', 'é'.repeat(512)],
    ['with NUL', 'before\0after it'],
    ['of spaces', '        '],
    ['with an emoji of several code points', 'family 👨‍👩‍👧‍👦'],
    ['with quotes and backslashes', `'; DROP TABLE users; -- \\"`],
  ])('%s is accepted, and only that one', async (_, password) => {
    const id = said(await they_register(service, { password })).user_id
    said(await they_sign_in(service, { id, password }))
    for (const other of [password.slice(0, -1), `${password}x`, password.split('\0')[0], password.trim()])
      if (other !== password)
        then.it_is_refused(await they_sign_in(service, { id, password: other }), 'no_such_sign_in')
  })

  test('is the same from a keyboard that composes its characters otherwise', async () => {
    const id = said(await they_register(service, { password: 'Caf\u00e9 \ufb01le \u2460' })).user_id
    said(await they_sign_in(service, { id, password: 'Cafe\u0301 file 1' }))
  })

  test.each([
    ['of ten kilobytes', 'x'.repeat(10_240)],
    ['of sixty kilobytes', 'x'.repeat(60_000)],
    ['with a lone surrogate', 'correct horse \ud800'],
  ])('%s is refused at registration, and right for nobody', async (_, password) => {
    then.it_is_refused(await they_register(service, { password }), 'bad_field')
    const id = said(await they_register(service, { password: 'correct horse \ufffd' })).user_id
    then.it_is_refused(await they_sign_in(service, { id, password }), 'no_such_sign_in')
  })

  test('of combining marks, which take long to normalize, is refused in no time', async () => {
    const timeOf = async (password: string) => {
      const busy = busy_from_now()
      then.it_is_refused(await they_register(service, { password }), 'bad_field')
      return busy()
    }
    const marks = (count: number) => '\u0344'.repeat(count) + '\u0323'.repeat(count)
    const shortest = async (text: string) =>
      Math.min(await timeOf(text), await timeOf(text), await timeOf(text))
    expect((await shortest(marks(15_000))) / (await shortest('x'.repeat(60_000)))).toBeLessThan(10)
  })

  test('over the limit of a body is refused before it is parsed', async () => {
    then.it_is_refused(
      await they_sign_in(service, { id: 'alice', password: 'x'.repeat(70_000) }),
      'body_too_large',
    )
  })
})
