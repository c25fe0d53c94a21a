/** The port in memory, with pages that are cut short, at random unless a test decides, as the database may do. */
import type { Call } from '../../lib/call.ts'
import type { DialogId } from '../../lib/dialog/ids.ts'
import type { Message } from '../../lib/dialog/message.ts'
import type { Claim, Page, PagingState, Store } from '../../lib/store/store.ts'
import type { Bucket } from '../../lib/timeline/bucket.ts'
import type { IndexRow } from '../../lib/timeline/timeline.ts'

export type Memory = {
  messages: Map<string, Message[]>
  index: Map<string, IndexRow[]>
  claims: Map<string, Claim>
  schemaIsCurrent: boolean
  now: () => number
  clockOffsetMs: number
  /** After how many of these rows a page is cut short. */
  cutAt: (rows: number) => number
  /** Runs before each statement: may wait, or throw as the database would. */
  before: (statement: keyof Store) => Promise<void> | void
  /** Runs once its work is done: when it throws, that was done all the same. */
  after: (statement: keyof Store) => Promise<void> | void
  statements: (keyof Store)[]
}

export const emptyMemory = (): Memory => ({
  messages: new Map(),
  index: new Map(),
  claims: new Map(),
  schemaIsCurrent: true,
  now: () => Date.now(),
  clockOffsetMs: 0,
  cutAt: (rows) => Math.floor(Math.random() * (rows + 1)),
  before: () => undefined,
  after: () => undefined,
  statements: [],
})

/**
 * Such statements wait before they do anything: `reached` tells when `count` of them have come, `proceed` lets all go on.
 */
export const hold = (memory: Memory, held: keyof Store, count = 1) => {
  const arrived = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let arrivals = 0
  memory.before = (statement) => {
    if (statement !== held) return undefined
    arrivals += 1
    if (arrivals === count) arrived.resolve()
    return released.promise
  }
  return { reached: arrived.promise, proceed: released.resolve }
}

export const memoryStore = (memory: Memory, call: Call): Store => {
  const run = async <T>(statement: keyof Store, work: () => T): Promise<T> => {
    memory.statements.push(statement)
    call.roundTrips += 1
    call.writing = WRITES.includes(statement)
    await memory.before(statement)
    const result = work()
    await memory.after(statement)
    call.writing = false
    return result
  }
  /** The paging state is the number of rows given so far; a page may be empty and yet not the last. */
  const cutShort = <Row>(rows: Row[], from: PagingState | undefined): Page<Row> => {
    const start = Number(from ?? 0)
    const end = start + memory.cutAt(rows.length - start)
    const next = String(end) as PagingState
    return end < rows.length ? { rows: rows.slice(start, end), next } : { rows: rows.slice(start) }
  }
  const indexOf = (dialog: DialogId) => memory.index.get(dialog.toString('hex')) ?? []
  const put = (dialog: DialogId, row: IndexRow) => {
    const others = indexOf(dialog).filter(({ bucket }) => bucket !== row.bucket)
    const known = indexOf(dialog).find(({ bucket }) => bucket === row.bucket)
    const rows = [...others, { ...known, ...row }].sort((a, b) => b.bucket - a.bucket)
    memory.index.set(dialog.toString('hex'), rows)
  }
  return {
    insertMessage: (dialog, bucket, message) =>
      run('insertMessage', () => {
        const partition = partitionOf(dialog, bucket)
        const rows = (memory.messages.get(partition) ?? []).filter(({ id }) => id !== message.id)
        memory.messages.set(partition, [...rows, message].sort(newestFirst))
      }),
    claimSend: (sender, key, claim) =>
      run('claimSend', () => {
        const isFree = !memory.claims.has(claimOf(sender, key))
        if (isFree) memory.claims.set(claimOf(sender, key), claim)
        return isFree
      }),
    readClaim: (sender, key) => run('readClaim', () => memory.claims.get(claimOf(sender, key))),
    messagesBefore: (dialog, bucket, before, limit, from) =>
      run('messagesBefore', () => {
        const rows = memory.messages.get(partitionOf(dialog, bucket)) ?? []
        return cutShort(rows.filter(({ id }) => id < before).slice(0, limit), from)
      }),
    messageIdsBefore: (dialog, bucket, before, limit, from) =>
      run('messageIdsBefore', () => {
        const rows = memory.messages.get(partitionOf(dialog, bucket)) ?? []
        const ids = rows.filter(({ id }) => id < before).map(({ id }) => ({ id }))
        return cutShort(ids.slice(0, limit), from)
      }),
    messagesAfter: (dialog, bucket, after, limit, from) =>
      run('messagesAfter', () => {
        const rows = (memory.messages.get(partitionOf(dialog, bucket)) ?? []).toReversed()
        return cutShort(rows.filter(({ id }) => id > after).slice(0, limit), from)
      }),
    newestBucket: (dialog, from) => run('newestBucket', () => cutShort(indexOf(dialog).slice(0, 1), from)),
    bucketsUpTo: (dialog, upTo, limit, from) =>
      run('bucketsUpTo', () =>
        cutShort(
          indexOf(dialog)
            .filter(({ bucket }) => bucket <= upTo)
            .slice(0, limit),
          from,
        ),
      ),
    bucketsAbove: (dialog, above, limit, from) =>
      run('bucketsAbove', () => {
        const rows = indexOf(dialog).toReversed()
        return cutShort(rows.filter(({ bucket }) => bucket > above).slice(0, limit), from)
      }),
    insertBucket: (dialog, bucket) => run('insertBucket', () => put(dialog, { bucket })),
    setVisibleFrom: (dialog, bucket, visibleFromMs) =>
      run('setVisibleFrom', () => put(dialog, { bucket, visibleFromMs })),
    databaseTime: () => run('databaseTime', () => memory.now() + memory.clockOffsetMs),
    schemaIsCurrent: () => run('schemaIsCurrent', () => memory.schemaIsCurrent),
  }
}

const WRITES: (keyof Store)[] = ['insertMessage', 'claimSend', 'insertBucket', 'setVisibleFrom']
const partitionOf = (dialog: DialogId, bucket: Bucket) => `${dialog.toString('hex')}:${bucket}`
const claimOf = (sender: string, key: string) => JSON.stringify([sender, key])
const newestFirst = (a: Message, b: Message) => (a.id < b.id ? 1 : -1)
