/** The guarantees of `around`, `at` and cursors of another dialog, for every way to reach the service. */
import { expect, test } from '@jest/globals'
import type { Service } from '../world/service.ts'
import type { Person } from './given.ts'
import * as then from './then.ts'
import * as when from './when.ts'

/** Waits until the next message gets a later stamp: then the order is that of sending, even across dialogs. */
const sent = async (service: Service, from: Person, to: Person, text: string) => {
  const message = then.it_succeeds<when.SentMessage>(await when.they_send(service, from, to, text))
  while (Date.now() <= Date.parse(message.sent_at));
  return message
}

export const cursorSentences = (
  strangers: () => Promise<{ service: Service; alice: Person; bob: Person }>,
) => {
  test('a page around a message or a time has newer messages in its first half, and links to all others in both directions', async () => {
    const { service, alice, bob } = await strangers()
    const newestFirst: when.SentMessage[] = []
    for (let count = 0; count < 9; count += 1)
      newestFirst.unshift(await sent(service, alice, bob, `message ${count}`))
    const { id, sent_at: time } = newestFirst[4] as when.SentMessage
    const eastern = new Date(Date.parse(time) + 2 * 3_600_000).toISOString().replace('Z', '+02:00')
    const cursors: [string, number][] = [
      [`around=${id}`, 2],
      // A message stamped with that millisecond counts as newer than the time itself.
      [`at=${time}`, 3],
      [`at=${time.toLowerCase()}`, 3],
      [`at=${encodeURIComponent(eastern)}`, 3],
    ]
    for (const [cursor, first] of cursors) {
      const page = await when.they_read(service, bob, alice, `${cursor}&limit=5`)
      expect(page.messages).toEqual(newestFirst.slice(first, first + 5))
      const older = await when.they_list_everything(service, alice, bob, 5, cursor)
      expect(older).toEqual(newestFirst.slice(first))
      const newer = await when.they_read(service, bob, alice, page.prev ?? '')
      expect(newer.messages).toEqual(newestFirst.slice(0, first))
    }
  })

  test('a cursor of another dialog stands for its time', async () => {
    const { service, alice, bob } = await strangers()
    const before = await sent(service, alice, bob, 'before')
    const elsewhere = await sent(service, alice, alice, 'a note to self')
    const after = await sent(service, bob, alice, 'after')
    const list = async (cursor: string) =>
      (await when.they_read(service, bob, alice, `${cursor}=${elsewhere.id}`)).messages
    expect(await list('before')).toEqual([before])
    expect(await list('after')).toEqual([after])
    expect(await list('around')).toEqual([after, before])
    expect((await when.they_read(service, bob, alice, `at=${elsewhere.sent_at}&limit=2`)).messages).toEqual([
      after,
      before,
    ])
  })
}
