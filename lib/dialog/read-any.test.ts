import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { a_dialog_of, cut_pages, cuts, openings } from '../../test/fakes/any-dialog.ts'
import { an_instance, DIALOG } from '../../test/fakes/one-instance.ts'
import { AFTER_ALL_MESSAGES } from '../model/ids.ts'
import { readMessages } from './read.ts'

const pages = fc.record({
  all: openings,
  at: fc.nat(),
  cuts,
  count: fc.integer({ min: 1, max: 30 }),
})

test('a page of any dialog has the messages beyond its cursor, each once, in order, downwards and upwards', async () => {
  await fc.assert(
    fc.asyncProperty(pages, async ({ all, cuts, at, count }) => {
      const instance = an_instance()
      cut_pages(instance, cuts)
      const ids = await a_dialog_of(all, instance)
      const cursor = ids[at % (ids.length + 1)] ?? AFTER_ALL_MESSAGES
      const list = async (isUpwards: boolean) => {
        const { rows, isAll } = await readMessages({ dialog: DIALOG, cursor, isUpwards }, count, instance.ctx)
        return { ids: rows.map(({ id }) => id), isAll }
      }
      const older = ids.filter((id) => id < cursor).reverse()
      const newer = ids.filter((id) => id > cursor)
      for (const _ of ['knowing nothing', 'with a guess']) {
        expect(await list(false)).toEqual({ ids: older.slice(0, count), isAll: older.length < count })
        expect(await list(true)).toEqual({ ids: newer.slice(0, count), isAll: newer.length < count })
      }
      expect(instance.lines).toEqual([])
    }),
    { numRuns: 60 },
  )
})
