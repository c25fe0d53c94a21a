import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { emptyMemory, memoryStore } from '../../../test/fakes/memory-store.ts'
import type { Engine } from '../../../test/sentences/engine.ts'
import { storeSentences } from '../../../test/sentences/store.ts'
import { failureEndSentences, failureSentences } from '../../../test/sentences/store-failures.ts'
import { markSentences } from '../../../test/sentences/store-marks.ts'
import { sessionEndSentences, sessionSentences } from '../../../test/sentences/store-sessions.ts'
import { userSentences } from '../../../test/sentences/store-users.ts'
import { startCall } from '../../call.ts'
import { dialogIdOf, type IdempotencyKey, lowestIdAt, type UserId } from '../../model/ids.ts'
import { GENESIS } from '../../timeline/bucket.ts'
import { embeddedOn, openEmbedded } from './embedded.ts'

const SCHEMA = join(import.meta.dirname, '../../../cql/schema.cql')
const TWO_DAYS_MS = 2 * 86_400_000

const [alice, bob] = ['alice', 'bob'] as [UserId, UserId]
const key = 'k' as IdempotencyKey
const dialog = dialogIdOf(alice, bob)
const claim = { fingerprint: Buffer.alloc(32, 1), id: lowestIdAt(1), bucket: GENESIS }
const messageAt = (unixMs: number) => ({ id: lowestIdAt(unixMs), from: alice, to: bob, text: `${unixMs}` })

/** By the engine's own clock; nothing in these sentences takes longer than ten seconds. */
const untilLater = async (isSo: () => Promise<boolean>, pass: (ms: number) => void) => {
  for (let step = 0; !(await isSo()); step += 1) {
    if (step === 100) throw new Error('not so after ten seconds')
    pass(100)
  }
}

describe('the embedded store:', () => {
  let offsetMs = 0
  const embedded = embeddedOn(new DatabaseSync(':memory:'), () => Date.now() + offsetMs)
  const engine: Engine = {
    storeFor: embedded.storeFor,
    an_expired_claim: async (...one) => {
      offsetMs = -TWO_DAYS_MS
      await embedded.storeFor(startCall(1_000)).claimSend(...one)
      offsetMs = 0
    },
    until: (isSo) =>
      untilLater(isSo, (ms) => {
        offsetMs += ms
      }),
  }
  afterEach(() => {
    offsetMs = 0
  })
  afterAll(embedded.close)

  storeSentences(() => engine)

  test('a claim has the time-to-live of the schema, to the millisecond', async () => {
    let now = 1_800_000_000_000
    const store = embeddedOn(new DatabaseSync(':memory:'), () => now).storeFor(startCall(60_000))
    await store.claimSend(alice, key, claim)
    const [, seconds] = /default_time_to_live = (\d+)/.exec(readFileSync(SCHEMA, 'utf8')) ?? []
    now += Number(seconds) * 1000 - 1
    expect(await store.readClaim(alice, key)).toEqual(claim)
    expect(await store.claimSend(alice, key, claim)).toBe(false)
    now += 1
    expect(await store.readClaim(alice, key)).toBeUndefined()
  })
})

describe('the embedded store with pages that are cut short, even before their first row:', () => {
  let nowMs = 1_800_000_000_000
  const memory = emptyMemory(() => nowMs)
  const engine: Pick<Engine, 'storeFor' | 'until'> = {
    storeFor: (call) => memoryStore(memory, call),
    until: (isSo) =>
      untilLater(isSo, (ms) => {
        nowMs += ms
      }),
  }
  markSentences(() => engine)
  userSentences(() => engine)
  sessionSentences(() => engine)
  sessionEndSentences(() => engine)
  failureSentences(() => engine)
  failureEndSentences(() => engine)
})

describe('the file of an embedded store', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'dialogs-embedded-'))
  })
  afterAll(() => rmSync(directory, { recursive: true }))
  const fileOf = (name: string) => join(directory, name)
  const held = async (name: string) => {
    const embedded = openEmbedded(fileOf(name))
    const page = await embedded.storeFor(startCall(1_000)).messagesAfter(dialog, GENESIS, lowestIdAt(0), 9)
    await embedded.close()
    return page.rows
  }

  test('still has its messages when it is opened again', async () => {
    const embedded = openEmbedded(fileOf('again'))
    await embedded.storeFor(startCall(1_000)).insertMessage(dialog, GENESIS, messageAt(1))
    await embedded.close()
    expect(await held('again')).toEqual([messageAt(1)])
  })

  test('is shared by concurrent users: each sees what another has acknowledged', async () => {
    const all = Array.from({ length: 3 }, () => openEmbedded(fileOf('shared')))
    const stores = all.map(({ storeFor }) => storeFor(startCall(5_000)))
    for (const [index, store] of stores.entries()) {
      await store.insertMessage(dialog, GENESIS, messageAt(index + 1))
      for (const other of stores)
        expect((await other.messagesAfter(dialog, GENESIS, lowestIdAt(0), 9)).rows).toHaveLength(index + 1)
    }
    const claims = await Promise.all(stores.map((store) => store.claimSend(alice, key, claim)))
    expect(claims).toEqual([true, false, false])
    for (const one of all) await one.close()
  })

  test('that was made by another version of this code is refused, and left unchanged', async () => {
    const other = new DatabaseSync(fileOf('other'))
    other.exec('PRAGMA user_version = 99')
    expect(() => openEmbedded(fileOf('other'))).toThrow(
      `${fileOf('other')} was made by another version of this code`,
    )
    expect(other.prepare('SELECT * FROM sqlite_schema').all()).toEqual([])
    other.close()
  })

  test('that cannot be written makes the store unavailable, and nothing in doubt', async () => {
    const database = new DatabaseSync(':memory:')
    const store = embeddedOn(database).storeFor(startCall(1_000))
    database.exec('PRAGMA query_only = 1')
    const insert = store.insertMessage(dialog, GENESIS, messageAt(1))
    await expect(insert).rejects.toMatchObject({ kind: 'database_unavailable' })
  })
})
