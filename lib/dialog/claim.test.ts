import { beforeEach, describe, expect, test } from '@jest/globals'
import { alice, bob, carol, fails, heads, hello, senders } from '../../test/fakes/senders.ts'
import type { IdempotencyKey, UserId } from '../model/ids.ts'

let on: ReturnType<typeof senders>

beforeEach(() => {
  on = senders()
})

describe('a message with a key', () => {
  test('costs two statements: the claim, then the message', async () => {
    const message = await on.send()
    expect(on.writes()).toEqual(['claimSend', 'insertMessage'])
    expect(await on.stored()).toEqual([message])
  })

  test('is the same message when it is sent again, even through another instance', async () => {
    const message = await on.send()
    expect(await on.send()).toEqual(message)
    expect(await on.stored()).toEqual([message])
  })

  test('is stored once, where it was claimed, even if the timeline moves on before it is written', async () => {
    on.once('before', 'insertMessage', fails('write_in_doubt'))
    await expect(on.send()).rejects.toMatchObject({ kind: 'write_in_doubt' })
    const [claim] = on.claims()
    for (let openings = 0; openings < 3; openings += 1) {
      on.time.nowMs += 100_000
      on.opened(4)
      await on.send({ from: bob, to: alice, text: `later ${openings}` })
    }
    const message = await on.send()
    expect(message.id).toBe(claim?.['message_id'])
    const partition = on.memory.tables.rows('messages').filter(({ bucket }) => bucket === claim?.['bucket'])
    expect(partition.map((row) => row['message_id'])).toEqual([message.id])
    expect((await on.stored()).map(({ text }) => text)).toEqual(['later 2', 'later 1', 'later 0', 'hello'])
    expect(await on.send()).toEqual(message)
    expect(await on.stored()).toHaveLength(4)
  })

  test('is one message when it is sent through many instances at once', async () => {
    const messages = await Promise.all(Array.from({ length: 20 }, () => on.send()))
    expect(new Set(messages.map(({ id }) => id)).size).toBe(1)
    expect(await on.stored()).toHaveLength(1)
  })

  test('is finished by a repeat when its instance died between claim and write', async () => {
    const died = new Promise<void>((resolve) => {
      on.once('before', 'insertMessage', () => {
        resolve()
        return new Promise(() => undefined)
      })
    })
    void on.send()
    await died
    const [claim] = on.claims()
    expect((await on.send()).id).toBe(claim?.['message_id'])
    expect(await on.stored()).toHaveLength(1)
  })

  test.each(['before', 'after'] as const)(
    'is one message when its write was in doubt, failing %s it was applied',
    async (when) => {
      on.once(when, 'insertMessage', fails('write_in_doubt'))
      await expect(on.send()).rejects.toMatchObject({ kind: 'write_in_doubt' })
      const message = await on.send()
      expect(await on.stored()).toEqual([message])
      expect(on.claims().map((claim) => claim['message_id'])).toEqual([message.id])
    },
  )

  test('keeps its claim when its write certainly failed', async () => {
    on.once('before', 'insertMessage', fails('database_unavailable'))
    await expect(on.send()).rejects.toMatchObject({ kind: 'database_unavailable' })
    const [claim] = on.claims()
    expect((await on.send()).id).toBe(claim?.['message_id'])
  })
})

describe('a key', () => {
  test.each([
    ['another text', { ...hello, text: 'hello!' }],
    ['another recipient', { ...hello, to: carol }],
    ['content that concatenates to the same bytes', { ...hello, to: 'bobh' as UserId, text: 'ello' }],
  ])('with %s is refused, and nothing is written', async (_, command) => {
    await on.send()
    await expect(on.send(command)).rejects.toMatchObject({ kind: 'key_reused' })
    expect(on.writes().slice(2)).toEqual(['claimSend', 'readClaim'])
    expect(await on.stored()).toHaveLength(1)
  })

  test("is independent of another sender's, and of other keys", async () => {
    const ids = [
      await on.send(),
      await on.send({ ...hello, from: carol }),
      await on.send({ ...hello, from: bob, to: alice }),
      await on.send({ ...hello, key: 'K' as IdempotencyKey }),
    ].map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })

  test('is claimed once its time bucket is visible to everybody, never before', async () => {
    on.opened(1, false)
    await on.send()
    expect(on.writes()).toEqual(['insertBucket', 'setVisibleFrom', 'claimSend', 'insertMessage'])
  })

  test('is not claimed when its time bucket cannot be made visible', async () => {
    on.opened(1, false)
    on.once('before', 'insertBucket', fails('write_in_doubt'))
    await expect(on.send()).rejects.toMatchObject({ kind: 'database_unavailable' })
    expect(on.claims()).toEqual([])
  })

  test('flips its coin once: a repeat opens nothing', async () => {
    await on.send(hello, on.an_instance(heads))
    expect(on.writes()).toContain('insertBucket')
    on.memory.statements.length = 0
    on.time.nowMs += 10_000
    await on.send(hello, on.an_instance(heads))
    expect(on.writes()).toEqual(['claimSend', 'readClaim', 'insertMessage'])
  })
})

test('a message without a key runs the same statements as before keys existed', async () => {
  const without = { from: alice, to: bob, text: 'hello' }
  /** A read that was cut into pages, at random here, counts once. */
  const statements = () => on.memory.statements.splice(0).filter((one, at, all) => one !== all[at - 1])
  const ctx = on.an_instance()
  await on.send(without, ctx)
  expect(statements()).toEqual(['newestBucket', 'insertMessage'])
  await on.send(without, ctx)
  expect(statements()).toEqual(['insertMessage'])
  on.time.nowMs += 10_000
  on.opened(2, false)
  await on.send(without, ctx)
  expect(statements()).toEqual(['newestBucket', 'insertBucket', 'setVisibleFrom', 'insertMessage'])
  on.time.nowMs += 10_000
  await on.send(without, on.an_instance(heads))
  expect(statements()).toEqual(['newestBucket', 'insertMessage', 'insertBucket', 'setVisibleFrom'])
  expect(await Promise.all(Array.from({ length: 3 }, () => on.send(without)))).toHaveLength(3)
  expect(await on.stored()).toHaveLength(7)
})
