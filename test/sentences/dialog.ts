/** The guarantees that hold for every way to reach the service: in process, through the emulator, on any database. */
import { expect, test } from '@jest/globals'
import { stampOf } from '../../lib/model/ids.ts'
import type { Service } from '../world/service.ts'
import { cursorSentences } from './cursors.ts'
import * as given from './given.ts'
import { inboxSentences } from './inbox.ts'
import { keySentences } from './keys.ts'
import * as then from './then.ts'
import * as when from './when.ts'

type Setting = { service: Service; credentials: given.Credentials; firstMessages: number }

export const dialogSentences = (setting: () => Setting) => {
  const strangers = async () => {
    const { service, credentials } = setting()
    return {
      service,
      alice: await given.a_stranger(credentials, 'alice'),
      bob: await given.a_stranger(credentials, 'bob'),
    }
  }

  test('a message that was sent is listed once, the same for both sides', async () => {
    const { service, alice, bob } = await strangers()
    const reply = await when.they_send(service, alice, bob, 'Hello, Bob!')
    const sent = then.it_succeeds<when.SentMessage>(reply)
    expect(sent).toEqual({
      id: sent.id,
      from: alice.id,
      to: bob.id,
      text: 'Hello, Bob!',
      sent_at: new Date(stampOf(sent.id as never)).toISOString(),
    })
    expect(await then.the_dialog_holds(service, alice, bob, ['Hello, Bob!'])).toEqual([sent])
  })

  test('a client of the public specification works unchanged', async () => {
    const { service, alice, bob } = await strangers()
    const call = {
      path: `/dialog/${bob.id}`,
      headers: { 'Content-Type': 'application/json', ...alice.headers },
    }
    const sent = await service({
      method: 'POST',
      ...call,
      path: `${call.path}/send`,
      body: '{"text":"Привет, как дела?"}',
    })
    expect(sent.status).toBe(200)
    const listed = await service({ method: 'GET', ...call, path: `${call.path}/list` })
    const messages = then.it_succeeds<unknown[]>(listed)
    expect(messages).toEqual([
      expect.objectContaining({ from: alice.id, to: bob.id, text: 'Привет, как дела?' }),
    ])
  })

  test('messages are listed in the order of sending, newest first, with pages of any size', async () => {
    const { service, alice, bob } = await strangers()
    const texts = Array.from({ length: 23 }, (_, index) => `message ${index}`)
    for (const [index, text] of texts.entries()) {
      const [from, to] = index % 3 === 0 ? [bob, alice] : [alice, bob]
      then.it_succeeds(await when.they_send(service, from, to, text))
      while (
        Date.now() <= stampOf(JSON.parse((await when.they_list(service, alice, bob, 'limit=1')).text)[0].id)
      );
    }
    const newestFirst = [...texts].reverse()
    for (const limit of [1, 5, 23, 200]) {
      const listed = await when.they_list_everything(service, alice, bob, limit)
      expect(listed.map(({ text }) => text)).toEqual(newestFirst)
    }
    const third = then.it_succeeds<when.SentMessage[]>(
      await when.they_list(service, bob, alice, 'limit=5&offset=10'),
    )
    expect(third.map(({ text }) => text)).toEqual(newestFirst.slice(10, 15))
  })

  test('concurrent first messages between two strangers are all listed once, in the order of ids', async () => {
    const { service, alice, bob } = await strangers()
    const texts = Array.from({ length: setting().firstMessages }, (_, index) => `first ${index}`)
    const replies = await Promise.all(
      texts.map((text, index) =>
        when.they_send_patiently(
          service,
          ...(index % 2 ? ([alice, bob] as const) : ([bob, alice] as const)),
          text,
        ),
      ),
    )
    for (const reply of replies) then.it_succeeds(reply)
    await then.the_dialog_holds(service, alice, bob, texts)
  })

  test('a text comes back byte for byte, up to 4096 characters outside the basic plane', async () => {
    const { service, alice, bob } = await strangers()
    const texts = [
      '  leading\r\n\ttabs "quotes" \\ \u2028 ',
      'e\u0301 and \u00e9',
      '\u{1f680}'.repeat(4096),
      '<script>&amp;',
    ]
    for (const text of texts) then.it_succeeds(await when.they_send(service, alice, bob, text))
    await then.the_dialog_holds(service, alice, bob, texts)
  })

  test('user ids keep every character in a path, which is decoded exactly once', async () => {
    const { service, credentials } = setting()
    const alice = await given.a_stranger(credentials, 'алиса %2F?&=+#;ü')
    for (const name of ['a/b', 'a%2Fb', 'a%252Fb', 'a b+c', '日本', '..%2f', '...']) {
      const bob = await given.a_stranger(credentials, name)
      const sent = then.it_succeeds<when.SentMessage>(await when.they_send(service, alice, bob, name))
      expect(sent.to).toBe(bob.id)
      await then.the_dialog_holds(service, alice, bob, [name])
    }
  })

  test('a dialog with oneself is a dialog', async () => {
    const { service, alice } = await strangers()
    then.it_succeeds(await when.they_send(service, alice, alice, 'note to self'))
    await then.the_dialog_holds(service, alice, alice, ['note to self'])
  })

  test('a third person can neither see a dialog nor write to it', async () => {
    const { service, alice, bob } = await strangers()
    const eve = await given.a_stranger(setting().credentials, 'eve')
    then.it_succeeds(await when.they_send(service, alice, bob, 'between us'))
    const claims = JSON.stringify({ jwt: { claims: { sub: alice.id } }, claims: { sub: alice.id } })
    const disguises = {
      'sls-offline-authorizer-override': claims,
      'x-user-id': alice.id,
      'x-gateway-secret': '',
    }
    const disguised = { id: eve.id, headers: { ...disguises, ...eve.headers } }
    then.it_succeeds(await when.they_send(service, disguised, bob, 'I am Alice'))
    for (const person of [alice, bob]) {
      expect(then.it_succeeds(await when.they_list(service, disguised, person))).toHaveLength(
        person === bob ? 1 : 0,
      )
    }
    await then.the_dialog_holds(service, alice, bob, ['between us'])
    const anonymous = { id: alice.id, headers: disguises }
    then.it_is_refused(await when.they_send(service, anonymous, bob, 'I am Alice'), 'unauthorized')
    then.it_is_refused(await when.they_list(service, anonymous, bob), 'unauthorized')
  })

  keySentences(strangers)
  cursorSentences(strangers)
  inboxSentences(setting)

  test('what is refused is not stored', async () => {
    const { service, alice, bob } = await strangers()
    const path = `/dialog/${bob.id}/send`
    const json = { 'content-type': 'application/json', ...alice.headers }
    const send = (body: string, headers: Record<string, string> = json) =>
      service({ method: 'POST', path, headers, body })
    then.it_is_refused(await send('{"text":'), 'malformed_json')
    then.it_is_refused(await send('{}'), 'bad_field')
    then.it_is_refused(await send('{"text":" \\t\\n"}'), 'bad_field')
    then.it_is_refused(await send('{"text":"\\ud800"}'), 'bad_field')
    then.it_is_refused(await send(`{"text":"${'a'.repeat(4097)}"}`), 'bad_field')
    then.it_is_refused(await send(`{"text":"a","more":"${'a'.repeat(65_536)}"}`), 'body_too_large')
    then.it_is_refused(await send('{"text":"a"}', { ...json, 'content-type': 'text/plain' }), 'not_json')
    then.it_is_refused(await send('{"text":"a"}', { 'content-type': 'application/json' }), 'unauthorized')
    await then.the_dialog_holds(service, alice, bob, [])
  })

  test('the service reports that it is alive and ready, and serves its contract', async () => {
    const { service } = setting()
    expect(then.it_succeeds(await service({ method: 'GET', path: '/health' }))).toEqual({ status: 'alive' })
    expect(then.it_succeeds(await service({ method: 'GET', path: '/ready' }))).toEqual({ status: 'ready' })
    const document = then.it_succeeds<{ paths: object }>(
      await service({ method: 'GET', path: '/openapi.json' }),
    )
    expect(Object.keys(document.paths)).toContain('/dialog/{user_id}/send')
  })
}
