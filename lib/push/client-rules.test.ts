import { describe, expect, test } from '@jest/globals'
import { followDialogs } from './client-rules.ts'

type Message = { id: string }
const BOB = 'bob'
const message = (id: string): Message => ({ id })

/** A service with one dialog, whose pages have two messages. */
const a_service = (stored: string[]) => {
  const asked: (number | undefined)[] = []
  const service = { stored, asked, isDown: false, meanwhile: (): void => undefined }
  const following = followDialogs<Message, number, never>({
    changed: async (sinceMs) => {
      asked.push(sinceMs)
      if (service.isDown) throw new Error('down')
      return { people: [BOB] }
    },
    messages: async (_, link = 0) => {
      const messages = service.stored.slice(link, link + 2).map(message)
      service.meanwhile()
      return { messages, prev: link + messages.length, isLast: messages.length < 2 }
    },
  })
  const shown = () => following.shownWith(BOB).map(({ id }) => id)
  return { service, following, shown }
}

describe('a client', () => {
  test('shows each message once, in the order of ids, whichever way it comes first', async () => {
    const { following, shown } = a_service(['a', 'b', 'd'])
    for (const id of ['d', 'c', 'd']) following.heard(BOB, message(id))
    await following.answered({ nowMs: 1, isBehind: true })
    following.heard(BOB, message('b'))
    expect(shown()).toEqual(['a', 'b', 'c', 'd'])
    expect(following.shownWith('carol')).toEqual([])
  })

  test('asks for what has changed since the last answer that it has caught up with', async () => {
    const { service, following } = a_service(['a'])
    await following.answered({ nowMs: 1, isBehind: true })
    await following.answered({ nowMs: 2, isBehind: false })
    expect(following.sinceMs()).toBe(1)
    service.isDown = true
    await expect(following.answered({ nowMs: 3, isBehind: true })).rejects.toThrow('down')
    expect(following.sinceMs()).toBe(1)
    service.isDown = false
    await following.answered({ nowMs: 4, isBehind: true })
    expect(following.sinceMs()).toBe(4)
    expect(service.asked).toEqual([undefined, 1, 1])
  })

  test('has caught up if nothing was missed, even if a catch-up has failed before', async () => {
    const { service, following } = a_service(['a'])
    service.isDown = true
    await expect(following.answered({ nowMs: 1, isBehind: true })).rejects.toThrow('down')
    await expect(following.answered({ nowMs: 2, isBehind: false })).resolves.toBeUndefined()
  })

  test('catches up once more for an answer that came while it was catching up', async () => {
    const { service, following, shown } = a_service(['a'])
    let later: Promise<void> | undefined
    service.meanwhile = () => {
      later ??= following.answered({ nowMs: 2, isBehind: true })
    }
    const first = following.answered({ nowMs: 1, isBehind: true })
    service.stored.push('b')
    await first
    await later
    expect(shown()).toEqual(['a', 'b'])
    expect(following.sinceMs()).toBe(2)
    expect(service.asked).toEqual([undefined, 1])
  })
})
