import { beforeEach, describe, expect, test } from '@jest/globals'
import { fails, heads, hello, senders } from '../../test/fakes/senders.ts'

let on: ReturnType<typeof senders>

beforeEach(() => {
  on = senders()
})

describe('a claim in doubt', () => {
  test('that was not applied is repeated', async () => {
    on.once('before', 'claimSend', fails('write_in_doubt'))
    const message = await on.send()
    expect(on.writes()).toEqual(['claimSend', 'claimSend', 'insertMessage'])
    expect(await on.stored()).toEqual([message])
  })

  test("that was applied is recognized as the request's own, which is the first and flips its coin", async () => {
    on.once('after', 'claimSend', fails('write_in_doubt'))
    const message = await on.send(hello, on.an_instance(heads))
    expect(on.writes().slice(0, 4)).toEqual(['claimSend', 'claimSend', 'readClaim', 'insertMessage'])
    expect(on.writes()).toContain('insertBucket')
    expect(await on.stored()).toEqual([message])
  })

  test('leads to the message of another request that got the key', async () => {
    let other: Promise<unknown> | undefined
    on.once('before', 'claimSend', async () => {
      other = on.send()
      await other
      fails('write_in_doubt')()
    })
    const message = await on.send()
    expect(message).toEqual(await other)
    expect(await on.stored()).toEqual([message])
  })

  test.each(['before', 'after'] as const)(
    'in every attempt, failing %s it was applied, leaves the send in doubt and unwritten, and a repeat is one message',
    async (when) => {
      on.memory[when] = (statement) => {
        if (statement === 'claimSend') fails('write_in_doubt')()
      }
      await expect(on.send()).rejects.toMatchObject({ kind: 'write_in_doubt' })
      expect(on.writes()).toEqual(['claimSend', 'claimSend', 'claimSend'])
      on.memory[when] = () => undefined
      const claimed = on.claims().map((claim) => claim['message_id'])
      const message = await on.send()
      if (when === 'after') expect(claimed).toEqual([message.id])
      expect(await on.stored()).toEqual([message])
    },
  )

  test('that cannot be read writes nothing', async () => {
    await on.send()
    on.once('before', 'readClaim', fails('database_unavailable'))
    await expect(on.send()).rejects.toMatchObject({ kind: 'database_unavailable' })
    expect(on.writes().slice(2)).toEqual(['claimSend', 'readClaim'])
  })
})

describe('a claim that expires', () => {
  test('between the two statements leaves the key to the next claim, here that of this request', async () => {
    await on.send({ ...hello, text: 'two days ago' })
    on.once('before', 'readClaim', on.forget_claims)
    const message = await on.send()
    expect(on.writes().slice(-4)).toEqual(['claimSend', 'readClaim', 'claimSend', 'insertMessage'])
    expect((await on.stored()).map(({ id }) => id)).toContain(message.id)
    expect(await on.send()).toEqual(message)
  })

  test('between the two statements, with the key claimed by another request at once, leads to its message', async () => {
    await on.send({ ...hello, text: 'two days ago' })
    let other: Promise<unknown> | undefined
    on.once('before', 'readClaim', on.forget_claims)
    on.once('after', 'readClaim', () => {
      other = on.send()
      return other
    })
    const message = await on.send()
    expect(message).toEqual(await other)
    expect((await on.stored()).filter(({ text }) => text === 'hello')).toEqual([message])
  })

  test('frees its key', async () => {
    const { id } = await on.send()
    on.forget_claims()
    expect((await on.send()).id).not.toBe(id)
    expect(await on.stored()).toHaveLength(2)
  })
})
