import { beforeEach, describe, expect, test } from '@jest/globals'
import { a_storage } from '../test/fakes/storage.ts'
import { type Outgoing, openOutbox } from './outbox.ts'
import { Refused } from './request.ts'
import type { Message } from './wire.ts'

const NO_REPLY = new Refused(0, 0, 'no reply')
const DAY_MS = 86_400_000
const settled = () => new Promise((resolve) => setTimeout(resolve))

describe('what is written', () => {
  let storage: Storage
  let tried: string[]
  let sent: Message[]
  let failures: Error[]
  let nowMs: number
  let keys: number

  beforeEach(() => {
    storage = a_storage()
    tried = []
    sent = []
    failures = []
    nowMs = 1_000
    keys = 0
  })

  const send = async ({ key, to, text }: Outgoing): Promise<Message> => {
    tried.push(key)
    const failure = failures.shift()
    if (failure) throw failure
    return { id: `id of ${key}`, from: 'alice', to, text, sent_at: '' }
  }
  const a_tab = (sending = send) =>
    openOutbox({
      storage,
      user: 'alice',
      locks: undefined,
      nowMs: () => nowMs,
      newKey: () => `k${++keys}`,
      sleep: async () => undefined,
      send: sending,
      onSent: (message) => sent.push(message),
      onChange: () => undefined,
    })

  test('is sent once, and gone when the service has it', async () => {
    const outbox = a_tab()
    outbox.add('bob', 'one')
    outbox.add('bob', 'two')
    await settled()
    expect(tried).toEqual(['k1', 'k2'])
    expect(sent.map(({ text }) => text)).toEqual(['one', 'two'])
    expect([outbox.all(), storage.length]).toEqual([[], 0])
  })

  test('is tried again with the same key when there was no reply', async () => {
    failures = [NO_REPLY, NO_REPLY]
    a_tab().add('bob', 'one')
    await settled()
    expect(tried).toEqual(['k1', 'k1', 'k1'])
  })

  test('waits when there is no connection, and is sent by itself when there is one, with the same key', async () => {
    failures = [NO_REPLY, NO_REPLY, NO_REPLY]
    const outbox = a_tab()
    outbox.add('bob', 'one')
    await settled()
    expect(outbox.all()).toMatchObject([{ key: 'k1', state: 'failed', isOffline: true }])
    outbox.tryAllAgain()
    await settled()
    expect([new Set(tried), outbox.all()]).toEqual([new Set(['k1']), []])
  })

  test('is refused at once for what would not be otherwise later, and waits for the person', async () => {
    failures = [new Refused(422, 42201, 'The key was used')]
    const outbox = a_tab()
    outbox.add('bob', 'one')
    await settled()
    outbox.tryAllAgain()
    await settled()
    expect(tried).toEqual(['k1'])
    expect(outbox.all()).toMatchObject([{ state: 'failed', reason: 'the key was used', isOffline: false }])
    outbox.remove('k1')
    expect(outbox.all()).toEqual([])
  })

  test('survives a reload while it is on its way', async () => {
    a_tab(() => new Promise(() => undefined)).add('bob', 'one')
    await settled()
    a_tab()
    await settled()
    expect([tried, sent.map(({ text }) => text)]).toEqual([['k1'], ['one']])
  })

  test('survives what another tab writes at the same moment', async () => {
    const never = () => new Promise<Message>(() => undefined)
    const [first, second] = [a_tab(never), a_tab(never)]
    first.add('bob', 'one')
    second.add('bob', 'two')
    expect([first.all(), second.all()].map((all) => all.map(({ text }) => text))).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ])
  })

  test('is not sent by itself when the service has forgotten its key, and gets a new one if the person insists', async () => {
    failures = [NO_REPLY, NO_REPLY, NO_REPLY]
    const outbox = a_tab()
    outbox.add('bob', 'one')
    await settled()
    nowMs += 2 * DAY_MS
    outbox.tryAllAgain()
    await settled()
    expect(tried).toEqual(['k1', 'k1', 'k1'])
    outbox.tryAgain('k1')
    await settled()
    expect([tried.at(-1), outbox.all()]).toEqual(['k2', []])
  })
})
