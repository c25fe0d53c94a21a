import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Ask } from './ask.ts'
import { History } from './history.ts'
import type { Message } from './wire.ts'

const idOf = (count: number) => String(count).padStart(5, '0')
const message = (count: number): Message => ({
  id: idOf(count),
  from: 'bob',
  to: 'me',
  text: '',
  sent_at: '',
})

describe('the history of a dialog', () => {
  let stored: Message[]
  let asked: string[]
  let arrived: string[]
  let history: History

  /** As GET /dialog/{user_id}/list and GET /changes answer. */
  const answer = (path: string) => {
    const query = new URLSearchParams(path.split('?')[1])
    if (path.startsWith('/changes')) return { body: [{ with: 'bob' }, { with: 'dave' }], links: {} }
    const limit = Number(query.get('limit'))
    const [before, after] = [query.get('before'), query.get('after')]
    const found = stored.filter(({ id }) => (!before || id < before) && (!after || id > after))
    const page = (after ? found.slice(0, limit) : found.slice(-limit)).toReversed()
    const next = found.length > limit && !after ? { next: `?before=${page.at(-1)?.id}&limit=${limit}` } : {}
    return { body: page, links: { ...next, prev: `?after=${page[0]?.id ?? after ?? '0'}&limit=${limit}` } }
  }
  const shown = () => history.shownWith('bob').map(({ id }) => id)
  const from = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => idOf(first + index))

  beforeEach(() => {
    stored = from(1, 120).map((id) => message(Number(id)))
    ;[asked, arrived] = [[], []]
    const ask = async (_: string, path: string) => {
      asked.push(path)
      return { ...answer(path), dateMs: 0 }
    }
    history = new History(ask as unknown as Ask, {
      changed: () => undefined,
      arrived: (messages) => arrived.push(...messages.map(({ id }) => id)),
    })
  })

  test('begins with the newest page, and goes back to the oldest message without a gap', async () => {
    await history.load('bob')
    expect([shown(), history.hasOlder('bob')]).toEqual([from(71, 120), true])
    await history.loadOlder('bob')
    await history.loadOlder('bob')
    expect([shown(), history.hasOlder('bob')]).toEqual([from(1, 120), false])
    await history.loadOlder('bob')
    expect(asked).toHaveLength(3)
  })

  test('does not show what was heard of it before it was loaded, where there may be gaps', async () => {
    for (const count of [3, 119]) history.following.heard('bob', message(count))
    expect(shown()).toEqual([])
    await history.load('bob')
    expect(shown()).toEqual(from(71, 120))
  })

  test('goes on with what was kept, and says what is new in it', async () => {
    history.restore('bob', {
      messages: stored.slice(100, 110),
      floor: idOf(101),
      prev: `?after=${idOf(110)}&limit=50`,
    })
    expect(shown()).toEqual(from(101, 110))
    await history.load('bob')
    expect(shown()).toEqual(from(101, 120))
    expect(arrived.toSorted()).toEqual(from(111, 120))
    expect(history.kept('bob')).toMatchObject({ floor: idOf(101), prev: `?after=${idOf(120)}&limit=200` })
  })

  test('begins anew when more than a long page was missed', async () => {
    stored = from(1, 600).map((id) => message(Number(id)))
    history.restore('bob', { messages: stored.slice(0, 5), floor: '', prev: `?after=${idOf(5)}&limit=50` })
    await history.load('bob')
    expect([shown(), history.hasOlder('bob')]).toEqual([from(551, 600), true])
  })

  test('is caught up with only where it is shown', async () => {
    await history.load('bob')
    await history.following.answered({ nowMs: 1_000, isBehind: true })
    stored.push(message(121))
    asked = []
    await history.following.answered({ nowMs: 2_000, isBehind: true })
    expect(shown()).toEqual(from(71, 121))
    expect(asked).toEqual([
      '/changes?since=1970-01-01T00%3A00%3A01.000Z&limit=100',
      `/dialog/bob/list?after=${idOf(120)}&limit=200`,
    ])
  })
})
