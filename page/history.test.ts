import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Ask } from './ask.ts'
import { History } from './history.ts'
import { Refused } from './request.ts'
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
  /** May hold up a request, or fail it. */
  let passes: (path: string) => Promise<void> | undefined

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
    passes = () => undefined
    const ask = async (_: string, path: string) => {
      asked.push(path)
      await passes(path)
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

  const kept = () => ({
    messages: stored.slice(100, 110),
    floor: idOf(101),
    prev: `?after=${idOf(110)}&limit=50`,
  })
  const fails = () => Promise.reject(new Refused(0, 0, ''))
  const pong = { nowMs: 1_000, isBehind: true }
  const is_followed = () => history.answered(pong)
  const hears = (count: number) => {
    stored.push(message(count))
    history.following.heard('bob', message(count))
  }

  test('is behind after it was restored, and shows no gap below what is heard, until it is loaded', async () => {
    await is_followed()
    history.restore('bob', kept())
    expect(history.isLoaded('bob')).toBe(false)
    passes = fails
    await expect(history.load('bob')).rejects.toThrow()
    hears(121)
    await history.answered({ nowMs: 2_000, isBehind: false })
    expect([shown(), history.isLoaded('bob')]).toEqual([from(101, 110), false])
    expect(history.heldBack('bob').map(({ id }) => id)).toEqual([idOf(121)])
    expect(history.kept('bob')).toEqual(kept())
    passes = () => undefined
    await history.load('bob')
    expect([shown(), history.isLoaded('bob'), history.heldBack('bob')]).toEqual([from(101, 121), true, []])
  })

  test('is loaded by a catch-up if that failed before', async () => {
    passes = fails
    await expect(history.load('bob')).rejects.toThrow()
    expect([history.isLoaded('bob'), shown()]).toEqual([false, []])
    passes = () => undefined
    await is_followed()
    expect([history.isLoaded('bob'), shown()]).toEqual([true, from(71, 120)])
  })

  test('is no part of a catch-up if the service refuses it for good', async () => {
    passes = () => Promise.reject(new Refused(400, 0, ''))
    await expect(history.load('bob')).rejects.toThrow()
    await is_followed()
    expect([asked.length, history.isLoaded('bob')]).toEqual([1, false])
  })

  test('is part of a catch-up also while it is being loaded, since its page may be older', async () => {
    await is_followed()
    const { promise, resolve } = Promise.withResolvers<void>()
    passes = () => promise
    const loads = history.load('bob')
    passes = () => undefined
    await history.answered({ nowMs: 2_000, isBehind: true })
    expect(shown()).toEqual(from(71, 120))
    resolve()
    await loads
  })

  test('shows no gap below what is heard after the socket was lost, until it has caught up', async () => {
    await is_followed()
    await history.load('bob')
    hears(121)
    expect(shown()).toEqual(from(71, 121))
    history.interrupted()
    stored.push(message(122))
    hears(123)
    expect(shown()).toEqual(from(71, 121))
    await history.load('bob')
    hears(124)
    expect(shown()).toEqual(from(71, 123))
    passes = fails
    await expect(is_followed()).rejects.toThrow()
    expect(shown()).toEqual(from(71, 123))
    passes = () => undefined
    await is_followed()
    hears(125)
    expect(shown()).toEqual(from(71, 125))
  })

  test('shows no gap if the socket is lost again during a catch-up', async () => {
    await history.load('bob')
    passes = async () => history.interrupted()
    await is_followed()
    hears(122)
    expect(shown()).toEqual(from(71, 120))
    await history.answered({ nowMs: 2_000, isBehind: false })
    expect(shown()).toEqual([...from(71, 120), idOf(122)])
  })

  test('reaches as far as a catch-up without a socket, which is when it was asked', async () => {
    await history.load('bob')
    hears(121)
    expect(shown()).toEqual(from(71, 120))
    await history.following.answered(pong)
    expect(shown()).toEqual(from(71, 121))
  })
})
