import { describe, expect, test } from '@jest/globals'
import { a_storage } from '../test/fakes/storage.ts'
import { openKeep, wipe } from './keep.ts'
import type { Message } from './wire.ts'

const message = (id: string, text = 'text'): Message => ({ id, from: 'bob', to: 'alice', text, sent_at: '' })
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(5, '0'))
const messages = (count: number, text?: string) => ids(count).map((id) => message(id, text))

describe('what is kept', () => {
  test('is the newest of each dialog, without a gap below what is shown', () => {
    const keep = openKeep(a_storage(), () => true)
    keep.keepDialog('bob', { messages: messages(100), floor: '', prev: '?after=99' }, 1)
    const kept = keep.dialog('bob')
    expect(kept?.messages.map(({ id }) => id)).toEqual(ids(100).slice(-60))
    expect(kept).toMatchObject({ floor: '00040', prev: '?after=99' })
    keep.keepDialog('bob', { messages: messages(3), floor: '', prev: '' }, 2)
    expect(keep.dialog('bob')).toMatchObject({ floor: '' })
  })

  test('stays within a million characters: the dialog that was kept first goes first', () => {
    const storage = a_storage()
    const keep = openKeep(storage, () => true)
    for (let person = 1; person <= 8; person += 1)
      keep.keepDialog(
        `p${person}`,
        { messages: messages(60, 'x'.repeat(4_000)), floor: '', prev: '' },
        person,
      )
    const people = [1, 2, 3, 4, 5, 6, 7, 8].filter((person) => keep.dialog(`p${person}`))
    expect(people).toEqual([5, 6, 7, 8])
  })

  test('is nothing when the browser has no room, which is no failure', () => {
    const keep = openKeep(a_storage(100), () => true)
    keep.keepDialog('bob', { messages: messages(60), floor: '', prev: '' }, 1)
    expect(keep.dialog('bob')).toBeUndefined()
  })

  test('is not written by a tab that has not heard yet of the sign-out in another', () => {
    const storage = a_storage()
    const keep = openKeep(storage, () => false)
    keep.keepDialog('bob', { messages: messages(1), floor: '', prev: '' }, 1)
    keep.keepInbox({ dialogs: [], names: [] })
    expect(storage.length).toBe(0)
  })

  test('is wiped as a whole, but for what is named', () => {
    const storage = a_storage()
    for (const key of ['session', 'kept:inbox', 'draft:bob', 'outbox:alice:1']) storage.setItem(key, '{}')
    wipe(storage, (key) => key.startsWith('outbox:'))
    expect([storage.length, storage.key(0)]).toEqual([1, 'outbox:alice:1'])
    wipe(storage)
    expect(storage.length).toBe(0)
  })
})
