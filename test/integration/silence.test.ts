import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { a_silent_proxy } from '../fakes/silent-proxy.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_service_on_the_database } from '../world/keyspace.ts'
import { TWO_DEADLINES_MS, timed } from '../world/until.ts'

/** A silent connection is detected within seconds. One that is not lasts until the system gives it up, for minutes. */
const RECOVERY_MS = 30_000

describe('a connection to the database that goes silent', () => {
  let proxy: Awaited<ReturnType<typeof a_silent_proxy>>
  let setting: Awaited<ReturnType<typeof a_service_on_the_database>>
  let alice: given.Person
  let bob: given.Person

  beforeEach(async () => {
    proxy = await a_silent_proxy(Number(process.env['CQL_PORT']))
    setting = await a_service_on_the_database({ CQL_PORT: String(proxy.port) })
    alice = await given.a_stranger(setting.credentials, 'alice')
    bob = await given.a_stranger(setting.credentials, 'bob')
  })
  afterEach(async () => {
    await setting.close()
    await proxy.close()
  })

  test('after it has taken a message leaves that message in doubt: here it is stored', async () => {
    then.it_succeeds(await when.they_send(setting.service, alice, bob, 'first'))
    const text = `swallowed ${randomUUID()}`
    proxy.swallowReplyTo(text)
    const { result, tookMs } = await timed(when.they_send(setting.service, alice, bob, text))
    then.it_is_refused(result, 'write_in_doubt')
    expect(tookMs).toBeLessThan(TWO_DEADLINES_MS)
    proxy.swallowReplyTo(randomUUID())
    let reply = await when.they_list(setting.service, alice, bob)
    while (reply.status === 503) reply = await when.they_list(setting.service, alice, bob)
    await then.the_dialog_holds(setting.service, alice, bob, ['first', text])
  })

  test.each([
    ['whose statements are prepared', ['first']],
    ['that has yet to prepare the statements of sending', []],
  ])(
    '%s is replaced: requests are served again, and what was refused as not stored is not stored',
    async (_, before) => {
      for (const text of before) then.it_succeeds(await when.they_send(setting.service, alice, bob, text))
      then.it_succeeds(await setting.service({ method: 'GET', path: '/ready' }))
      proxy.silenceAll()
      const began = performance.now()
      const inDoubt: string[] = []
      let attempt = 0
      let reply = await when.they_send(setting.service, alice, bob, `attempt ${attempt}`)
      while (reply.status !== 200) {
        // If the instance has a plan, its first statement is the write itself.
        if (JSON.parse(reply.text).code === 50302) inDoubt.push(`attempt ${attempt}`)
        else then.it_is_refused(reply, 'database_unavailable')
        expect(performance.now() - began).toBeLessThan(RECOVERY_MS)
        attempt += 1
        reply = await when.they_send(setting.service, alice, bob, `attempt ${attempt}`)
      }
      expect(attempt).toBeGreaterThan(0)
      const listed = await when.they_list_everything(setting.service, alice, bob)
      const certain = listed.map(({ text }) => text).filter((text) => !inDoubt.includes(text))
      expect(certain).toEqual([`attempt ${attempt}`, ...before])
      expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length)
    },
  )
})
