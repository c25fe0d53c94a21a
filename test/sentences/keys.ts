/** The guarantees of an Idempotency-Key, for every way to reach the service. */
import { expect, test } from '@jest/globals'
import type { Service } from '../world/service.ts'
import type { Person } from './given.ts'
import * as then from './then.ts'
import * as when from './when.ts'

export const keySentences = (strangers: () => Promise<{ service: Service; alice: Person; bob: Person }>) => {
  test('a message sent again with its key is the same message, and the reply is identical', async () => {
    const { service, alice, bob } = await strangers()
    const first = await when.they_send(service, alice, bob, 'once', '"order 66"')
    const sent = then.it_succeeds<when.SentMessage>(first)
    then.it_succeeds(await when.they_send(service, bob, alice, 'between'))
    const again = await when.they_send(service, alice, bob, 'once', '"order 66"')
    expect(then.it_succeeds(again)).toEqual(sent)
    expect(again.text).toBe(first.text)
    await then.the_dialog_holds(service, alice, bob, ['once', 'between'])
  })

  test('a key is the same with quotes and without, in any case of the header name, and only for its sender', async () => {
    const { service, alice, bob } = await strangers()
    const { id } = then.it_succeeds<when.SentMessage>(await when.they_send(service, alice, bob, 'a', '"k"'))
    expect(then.it_succeeds(await when.they_send(service, alice, bob, 'a', 'k'))).toMatchObject({ id })
    for (const name of ['idempotency-key', 'IDEMPOTENCY-KEY']) {
      const shouting = { ...alice, headers: { ...alice.headers, [name]: 'k' } }
      expect(then.it_succeeds(await when.they_send(service, shouting, bob, 'a'))).toMatchObject({ id })
    }
    then.it_succeeds(await when.they_send(service, alice, bob, 'b', 'K'))
    then.it_succeeds(await when.they_send(service, bob, alice, 'c', 'k'))
    await then.the_dialog_holds(service, alice, bob, ['a', 'b', 'c'])
  })

  test('concurrent sends with one key store one message, and every reply has its id', async () => {
    const { service, alice, bob } = await strangers()
    const send = () => when.they_insist(service, alice, bob, 'at once', 'k')
    const replies = await Promise.all(Array.from({ length: 6 }, send))
    const ids = replies.map((reply) => then.it_succeeds<when.SentMessage>(reply).id)
    expect(new Set(ids).size).toBe(1)
    await then.the_dialog_holds(service, alice, bob, ['at once'])
  })

  test('a key that was used for another message is refused, and so is an invalid key', async () => {
    const { service, alice, bob } = await strangers()
    then.it_succeeds(await when.they_send(service, alice, bob, 'a', 'k'))
    then.it_is_refused(await when.they_send(service, alice, bob, 'b', 'k'), 'key_reused')
    then.it_is_refused(await when.they_send(service, alice, alice, 'a', 'k'), 'key_reused')
    then.it_is_refused(await when.they_send(service, alice, bob, 'c', '"open'), 'bad_key')
    await then.the_dialog_holds(service, alice, bob, ['a'])
  })
}
