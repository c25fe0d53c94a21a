import { beforeEach, describe, expect, test } from '@jest/globals'
import { ALICE, an_instance, BEGIN, BOB, idAt, type OneInstance } from '../../test/fakes/one-instance.ts'
import type { MessageId } from '../model/ids.ts'
import { bucketOfLane } from '../timeline/bucket.ts'
import { listMessages } from './history.ts'

/** Ids of a dialog over two time buckets and several lanes, newest first. */
let ids: MessageId[]
let instance: OneInstance

beforeEach(async () => {
  instance = an_instance()
  const older = await instance.opened(BEGIN - 400, { visibleFromMs: (BEGIN - 400) * 1000 })
  const newer = await instance.opened(BEGIN - 200, { lanes: 4, visibleFromMs: (BEGIN - 200) * 1000 })
  ids = []
  for (let second = 0; second < 30; second += 1) {
    const id = idAt((BEGIN - 215 + second) * 1000, second)
    await instance.stored(second < 15 ? older : bucketOfLane(newer, second % 4), id)
    ids.unshift(id)
  }
  instance.statements()
})

const page = async (offset: number, limit = 10) => {
  const { messages, older, newer } = await listMessages(
    { caller: ALICE, other: BOB, limit, offset },
    instance.ctx,
  )
  return { ids: messages.map(({ id }) => id), older, newer }
}

describe('an offset', () => {
  test.each([1, 9, 14, 15, 16, 25, 29, 30, 31, 1_000])(
    'of %d skips as many of the newest messages',
    async (offset) => {
      const expected = ids.slice(offset, offset + 10)
      const isLast = offset + 10 >= ids.length
      expect(await page(offset)).toMatchObject({ ids: expected, older: isLast ? undefined : expected.at(-1) })
    },
  )

  test('counts skipped messages by id: texts are read only for the page and one message more', async () => {
    const texts: number[] = []
    const { messagesBefore } = instance.ctx.store
    instance.ctx.store.messagesBefore = async (...asked) => {
      const read = await messagesBefore(...asked)
      texts.push(read.rows.length)
      return read
    }
    await page(15, 5)
    expect(texts.reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(2 * (5 + 1))
    expect(instance.times('messageIdsBefore')).toBeGreaterThan(0)
  })

  test('of 0 costs nothing', async () => {
    await page(0)
    expect(instance.times('messageIdsBefore')).toBe(0)
  })
})
