/** What holds of a person's dialogs, and of how far they are read, for every way to reach the service. */
import { expect, test } from '@jest/globals'
import { stampOf } from '../../lib/model/ids.ts'
import type { Service } from '../world/service.ts'
import * as given from './given.ts'
import * as then from './then.ts'
import * as when from './when.ts'

const PEERS = 7

type Setting = { service: Service; credentials: given.Credentials }

export const inboxSentences = (setting: () => Setting) => {
  const people = async (...names: string[]) =>
    Promise.all(names.map((name) => given.a_stranger(setting().credentials, name)))
  /** Whose stamps differ: ids of one millisecond have a random order. */
  const sent = async (from: given.Person, to: given.Person, text: string) => {
    const reply = await when.they_send(setting().service, from, to, text)
    const message = then.it_succeeds<when.SentMessage>(reply)
    while (Date.now() <= stampOf(message.id as never));
    return message
  }
  const dialogs = async (who: given.Person, limit?: number) =>
    (await when.they_walk(setting().service, who, limit)).flat()
  const shown = async (who: given.Person, other: given.Person) =>
    then.it_succeeds<when.Dialog>(await when.they_show(setting().service, who, other))

  test('a message puts its dialog into the lists of both sides, with what the other side has not read', async () => {
    const [alice, bob] = (await people('alice', 'bob')) as [given.Person, given.Person]
    expect(await dialogs(alice)).toEqual([])
    await sent(alice, bob, 'Hello, Bob!')
    const last = await sent(alice, bob, 'Are you there?')
    const mine = { with: bob.id, last, unread: 0, more_unread: false }
    const his = { with: alice.id, last, unread: 2, more_unread: false }
    expect([await dialogs(alice), await dialogs(bob)]).toEqual([[mine], [his]])
    expect([await shown(alice, bob), await shown(bob, alice)]).toEqual([mine, his])
  })

  test('dialogs are listed by last activity, newest first, each once, with pages of any size', async () => {
    const [alice] = (await people('alice')) as [given.Person]
    const peers = await people(...Array.from({ length: PEERS }, (_, index) => `peer-${index}`))
    const newest: when.SentMessage[] = []
    for (const [index, peer] of peers.entries())
      newest.push(await (index % 2 ? sent(alice, peer, `to ${index}`) : sent(peer, alice, `from ${index}`)))
    const expected = newest.toSorted((one, other) => (one.id < other.id ? 1 : -1))
    for (const limit of [1, 3, PEERS, 100]) {
      const pages = await when.they_walk(setting().service, alice, limit)
      expect(pages.flat().map(({ last }) => last)).toEqual(expected)
      expect(pages.every(({ length }) => length <= limit)).toBe(true)
    }
  })

  test('whoever was written to, or has written, since a time is among those who have changed, on pages of any size', async () => {
    const [alice] = (await people('alice')) as [given.Person]
    const peers = await people(...Array.from({ length: PEERS }, (_, index) => `peer-${index}`))
    for (const [index, peer] of peers.entries())
      await (index % 2 ? sent(alice, peer, `to ${index}`) : sent(peer, alice, `from ${index}`))
    const ids = peers.map(({ id }) => id).sort()
    const before = new Date(Date.now() - 60_000).toISOString()
    for (const limit of [1, 3, PEERS, 500])
      for (const since of [`since=${before}&`, '']) {
        const changed = await when.they_catch_up_with_all(setting().service, alice, `${since}limit=${limit}`)
        expect([...new Set(changed)].sort()).toEqual(ids)
      }
    // Some twelve seconds are looked at once more, and a minute is not.
    const later = new Date(Date.now() + 60_000).toISOString()
    expect(await when.they_catch_up_with_all(setting().service, alice, `since=${later}`)).toEqual([])
  })

  test('a mark is seen by both sides, ends what is unread, and never goes back; an answer has read it all', async () => {
    const { service } = setting()
    const [alice, bob] = (await people('alice', 'bob')) as [given.Person, given.Person]
    const { id: one } = await sent(alice, bob, 'one')
    const { id: two } = await sent(alice, bob, 'two')
    const { id: three } = await sent(alice, bob, 'three')
    for (const [upTo, unread] of [
      [two, 1],
      [one, 1],
      [three, 0],
      [two, 0],
    ] as const) {
      then.it_is_done(await when.they_mark(service, bob, alice, upTo))
      expect((await shown(bob, alice)).unread).toBe(unread)
    }
    expect([await shown(bob, alice), await shown(alice, bob)]).toMatchObject([
      { read_up_to: three },
      { read_by_other_up_to: three, unread: 0 },
    ])
    expect((await shown(alice, bob)).read_up_to).toBeUndefined()
    await sent(bob, alice, 'four')
    await sent(bob, alice, 'five')
    expect([await shown(alice, bob), await shown(bob, alice)]).toMatchObject([{ unread: 2 }, { unread: 0 }])
    await sent(alice, bob, 'six')
    expect([await shown(alice, bob), await shown(bob, alice)]).toMatchObject([{ unread: 0 }, { unread: 1 }])
  })

  test('a dialog with oneself is listed once, and nothing in it is unread', async () => {
    const { service } = setting()
    const [alice] = (await people('alice')) as [given.Person]
    const last = await sent(alice, alice, 'note to self')
    const dialog = { with: alice.id, last, unread: 0, more_unread: false }
    expect(await dialogs(alice)).toEqual([dialog])
    then.it_is_done(await when.they_mark(service, alice, alice, last.id))
    const marked = { ...dialog, read_up_to: last.id, read_by_other_up_to: last.id }
    expect([await dialogs(alice), await shown(alice, alice)]).toEqual([[marked], marked])
  })

  test("nobody else sees a person's dialogs or marks, or marks for another", async () => {
    const { service } = setting()
    const [alice, bob, eve] = (await people('alice', 'bob', 'eve')) as [
      given.Person,
      given.Person,
      given.Person,
    ]
    const { id } = await sent(alice, bob, 'between us')
    expect(await dialogs(eve)).toEqual([])
    then.it_is_refused(await when.they_show(service, eve, bob), 'no_such_dialog')
    // Her marks are of her own dialogs, even under an id of another one.
    then.it_is_done(await when.they_mark(service, eve, alice, id))
    then.it_is_done(await when.they_mark(service, eve, bob, id))
    const anonymous = { id: bob.id, headers: { 'x-user-id': bob.id } }
    then.it_is_refused(await when.they_look(service, anonymous), 'unauthorized')
    then.it_is_refused(await when.they_show(service, anonymous, alice), 'unauthorized')
    then.it_is_refused(await when.they_mark(service, anonymous, alice, id), 'unauthorized')
    expect(await shown(bob, alice)).toMatchObject({ unread: 1 })
    expect(Object.keys(await shown(alice, bob)).filter((name) => name.startsWith('read'))).toEqual([])
    expect(await dialogs(eve)).toEqual([])
  })
}
