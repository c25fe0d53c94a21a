import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import type { UserId } from '../model/ids.ts'
import { sessionIdAt } from '../model/session.ts'
import type { Execute } from './scylla/statement.ts'
import { sessionsTable } from './sessions.ts'
import type { PagingState } from './store.ts'

const alice = 'alice' as UserId
const AT_MS = 1_800_000_000_000

test('sessions are read to the end, though the database cuts a page short, even before its first row', async () => {
  const ids = [3, 2, 1].map((ms) => sessionIdAt(ms, randomBytes(10)))
  const rows = ids.map((id) => ({
    session_id: id,
    generation: 4,
    previous: null,
    rotated_at: new Date(AT_MS),
  }))
  const pages = [rows.slice(0, 1), [], rows.slice(1)]
  const execute = (async (...[, [user, limit], page]: Parameters<Execute>) => {
    expect([user, limit]).toEqual([alice, 10])
    const at = Number(page?.from ?? 0)
    const next = at + 1 < pages.length && { next: String(at + 1) as PagingState }
    return { rows: pages[at] ?? [], wasApplied: true, ...next }
  }) as unknown as Execute
  const found = await sessionsTable.readSessions(execute, alice, 10)
  expect(found).toEqual(ids.map((id) => ({ id, generation: 4, rotatedAtMs: AT_MS })))
})
