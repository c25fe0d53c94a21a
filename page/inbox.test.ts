import { describe, expect, test } from '@jest/globals'
import { merged, unmarked, withMark, withMessage } from './inbox.ts'
import type { Dialog, Message } from './wire.ts'

const message = (id: string, from: string, to: string): Message => ({ id, from, to, text: id, sent_at: '' })
const dialog = (person: string, id: string, more: Partial<Dialog> = {}): Dialog => ({
  with: person,
  last: message(id, person, 'me'),
  unread: 1,
  more_unread: false,
  ...more,
})

describe('the inbox', () => {
  test('is in the order of the newest messages, and takes what the service tells later', () => {
    const shown = [dialog('bob', '5'), dialog('carol', '3')]
    expect(merged(shown, [dialog('carol', '7'), dialog('dave', '1')]).map((one) => one.with)).toEqual([
      'carol',
      'bob',
      'dave',
    ])
  })

  test('keeps a message and marks that the service had not told yet', () => {
    const shown = [dialog('bob', '5', { unread: 0, read_up_to: '5', read_by_other_up_to: '4' })]
    expect(merged(shown, [dialog('bob', '4')])).toEqual(shown)
    expect(merged(shown, [dialog('bob', '5', { read_by_other_up_to: '3' })])).toEqual(shown)
  })

  test('counts a message of theirs as unread, and none after one of mine', () => {
    const [bob] = withMessage([dialog('bob', '5')], message('6', 'bob', 'me'), 'me')
    expect(bob).toMatchObject({ unread: 2, last: { id: '6' } })
    expect(withMessage([bob as Dialog], message('7', 'me', 'bob'), 'me')).toMatchObject([{ unread: 0 }])
    expect(withMessage([bob as Dialog], message('4', 'bob', 'me'), 'me')).toMatchObject([{ unread: 2 }])
    expect(withMessage([], message('1', 'dave', 'me'), 'me')).toMatchObject([{ with: 'dave', unread: 1 }])
  })

  test('moves marks of either side forwards only', () => {
    const own = { by: 'me', with: 'bob', up_to: '5' }
    const [read] = withMark([dialog('bob', '5')], own, 'me')
    expect(read).toMatchObject({ read_up_to: '5', unread: 0 })
    expect(withMark([read as Dialog], { ...own, up_to: '2' }, 'me')).toEqual([read])
    const theirs = { by: 'bob', with: 'me', up_to: '4' }
    const [seen] = withMark([read as Dialog], theirs, 'me')
    expect(seen).toMatchObject({ read_by_other_up_to: '4', read_up_to: '5' })
    expect(withMark([seen as Dialog], { ...theirs, up_to: '1' }, 'me')).toEqual([seen])
  })

  test('has something to mark only if theirs is newer than the mark', () => {
    const shown = [message('1', 'bob', 'me'), message('2', 'me', 'bob')]
    expect(unmarked(dialog('bob', '2'), shown, 'me')).toBe('1')
    expect(unmarked(dialog('bob', '2', { read_up_to: '1' }), shown, 'me')).toBeUndefined()
    expect(unmarked(undefined, [], 'me')).toBeUndefined()
  })
})
