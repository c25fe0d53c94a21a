import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { migrateTo } from '../../bin/migrate.ts'
import { startCall } from '../../lib/call.ts'
import { dialogIdOf, inboxIdOf, lowestIdAt, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import type { Define } from '../../lib/store/scylla/define.ts'
import type { Store } from '../../lib/store/store.ts'
import { GENESIS } from '../../lib/timeline/bucket.ts'
import { a_keyspace } from '../world/keyspace.ts'

const NOW_MS = 1_700_000_000_000
const bob = 'bob' as UserId
const a_person = () => `alice-${randomUUID()}` as UserId

describe('on a real database, a value with a timestamp made of itself:', () => {
  const { variables, config } = a_keyspace()
  let database: Database
  let define: Define
  let store: Store

  beforeAll(async () => {
    await migrateTo({ ...process.env, ...variables }, () => undefined)
    database = await connect(config, config.keyspace)
    define = database.throughOneCoordinator()
    store = storeOn(database.within(startCall(60_000)))
  })
  afterAll(() => database.close())

  /** What is left of values that are written one after the other, with one timestamp. */
  const leftOf = async (column: 'listed_low' | 'read_low', values: (number | string)[]) => {
    const dialog = dialogIdOf(a_person(), bob)
    for (const value of values) {
      await define(`UPDATE buckets USING TIMESTAMP ? SET ${column} = ? WHERE dialog_id = ?`, [
        7,
        value,
        dialog,
      ])
    }
    const { rows } = await define(`SELECT ${column} FROM buckets WHERE dialog_id = ?`, [dialog])
    return String(rows[0]?.[column])
  }

  test('of two numbers with one timestamp the greater is kept, whatever the order', async () => {
    const numbers = [0, 1, 255, 256, 2 ** 31, 1_700_000_000 * 1024 + 384]
    for (const order of [numbers, numbers.toReversed(), numbers.toSorted(() => Math.random() - 0.5)])
      expect(await leftOf('listed_low', order)).toBe(String(numbers.at(-1)))
  })

  test('of two ids with one timestamp the later is kept, whatever the order', async () => {
    const [zeros, ones] = [Buffer.alloc(10), Buffer.alloc(10, 0xff)]
    const highBit = Buffer.concat([Buffer.alloc(9), Buffer.from([0x80])])
    const ids = [
      messageIdAt(0, ones),
      ...[zeros, highBit, ones].map((random) => messageIdAt(NOW_MS, random)),
      lowestIdAt(2 ** 47),
    ]
    for (const order of [ids, ids.toReversed(), ids.toSorted(() => Math.random() - 0.5)])
      expect(await leftOf('read_low', order)).toBe(ids.at(-1))
  })

  test("`newest` is the highest id that any of a partition's dialogs had, and stays when they are removed", async () => {
    const inbox = inboxIdOf(a_person())
    const newest = async () => {
      const { rows } = await define('SELECT newest FROM inbox WHERE owner_id = ? AND bucket = ? LIMIT 1', [
        inbox,
        GENESIS,
      ])
      return rows[0] && String(rows[0]['newest'])
    }
    const put = (peer: string, ms: number) =>
      store.putListing(inbox, GENESIS, { peer: peer as UserId, lastId: lowestIdAt(NOW_MS + ms) }, false)
    expect(await newest()).toBeUndefined()
    await put('bob', 1)
    await put('carol', 3)
    await put('dave', 2)
    expect(await newest()).toBe(lowestIdAt(NOW_MS + 3))
    for (const peer of ['bob', 'carol', 'dave'] as UserId[])
      await store.removeListing(inbox, GENESIS, peer, lowestIdAt(NOW_MS + 9))
    expect(await store.listingsAfter(inbox, GENESIS, '', 9)).toEqual({ rows: [] })
    expect(await newest()).toBe(lowestIdAt(NOW_MS + 3))
  })
})
