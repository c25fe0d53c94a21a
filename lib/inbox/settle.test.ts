import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  ALICE,
  an_instance,
  BEGIN,
  BOB,
  DIALOG,
  idAt,
  type OneInstance,
} from '../../test/fakes/one-instance.ts'
import { Fault } from '../errors.ts'
import { inboxIdOf } from '../model/ids.ts'
import { bucketOf, GENESIS } from '../timeline/bucket.ts'
import { settle } from './settle.ts'

const INBOX = inboxIdOf(ALICE)
const NEWER = bucketOf({ openedAtSeconds: BEGIN, lanes: 1 })
const [OLD_ID, NEW_ID] = [idAt(BEGIN * 1000 - 60_000), idAt(BEGIN * 1000)]
const OLD = { peer: BOB, id: OLD_ID, bucket: GENESIS }

let instance: OneInstance
let ctx: OneInstance['ctx']

beforeEach(async () => {
  instance = an_instance()
  ;({ ctx } = instance)
  await ctx.store.insertMessage(DIALOG, GENESIS, { id: NEW_ID, from: BOB, to: ALICE, text: 'Hello!' })
  await ctx.store.putListing(INBOX, GENESIS, { peer: BOB, lastId: OLD_ID }, false)
})

const stands_in = async (bucket = GENESIS) => (await ctx.store.readListing(INBOX, bucket, BOB))?.lastId
const listed = async () => (await ctx.store.readMarks(DIALOG)).low.listed

describe('an entry of an inbox', () => {
  test('that is where its dialog says is shown with the newest message, and nothing is written', async () => {
    await ctx.store.setListed(DIALOG, 'low', GENESIS)
    instance.statements()
    expect(await settle(ALICE, OLD, ctx)).toMatchObject({ with: BOB, last: { id: NEW_ID }, unread: 1 })
    expect(instance.statements().filter((one) => /^(put|set|remove)/.test(one))).toEqual([])
  })

  test('that is older than where its dialog says is left out and removed, if the row is there', async () => {
    await ctx.store.putListing(INBOX, NEWER, { peer: BOB, lastId: NEW_ID }, false)
    await ctx.store.setListed(DIALOG, 'low', NEWER)
    expect(await settle(ALICE, OLD, ctx)).toBeUndefined()
    expect([await stands_in(), await stands_in(NEWER)]).toEqual([undefined, NEW_ID])
  })

  test('is shown, and stays, if that row is not there: another data centre has moved it', async () => {
    await ctx.store.setListed(DIALOG, 'low', NEWER)
    expect(await settle(ALICE, OLD, ctx)).toMatchObject({ with: BOB, last: { id: NEW_ID } })
    expect([await stands_in(), await listed()]).toEqual([OLD_ID, NEWER])
  })

  test('that its dialog does not know of is written again, before it is shown', async () => {
    expect(await settle(ALICE, OLD, ctx)).toMatchObject({ with: BOB })
    expect([await stands_in(), await listed()]).toEqual([OLD_ID, GENESIS])
    expect(instance.times('setListed')).toBe(1)
  })

  test('is not shown if that fails: an older entry would count on a later page', async () => {
    instance.memory.before = (statement) => {
      if (statement === 'setListed') throw new Fault('write_in_doubt', 'no quorum')
    }
    await expect(settle(ALICE, OLD, ctx)).rejects.toMatchObject({ kind: 'database_unavailable' })
  })

  test('removes what it has been joined with, whose id it has', async () => {
    await ctx.store.putListing(INBOX, NEWER, { peer: BOB, lastId: OLD_ID }, false)
    await ctx.store.setListed(DIALOG, 'low', NEWER)
    await ctx.store.putListing(INBOX, GENESIS, { peer: BOB, lastId: NEW_ID }, false)
    const older = [{ ...OLD, id: NEW_ID }]
    expect(await settle(ALICE, { peer: BOB, id: NEW_ID, bucket: NEWER, older }, ctx)).toMatchObject({
      with: BOB,
    })
    expect([await stands_in(), await stands_in(NEWER)]).toEqual([undefined, NEW_ID])
  })

  test('is shown although what is stale cannot be removed', async () => {
    await ctx.store.setListed(DIALOG, 'low', NEWER)
    instance.memory.before = (statement) => {
      if (statement === 'removeListing') throw new Error('no quorum')
    }
    const entry = { peer: BOB, id: NEW_ID, bucket: NEWER, older: [OLD] }
    expect(await settle(ALICE, entry, ctx)).toMatchObject({ with: BOB })
    expect(instance.lines).toMatchObject([{ message: 'a stale entry of an inbox was not removed' }])
  })

  test('of a dialog without messages is left out', async () => {
    const entry = { ...OLD, peer: ALICE }
    expect(await settle(ALICE, entry, ctx)).toBeUndefined()
  })
})
