/** The embedded store in memory, with pages cut short as a database may do: at random unless a test decides. */
import { DatabaseSync } from 'node:sqlite'
import { type Call, startCall } from '../../lib/call.ts'
import { Fault } from '../../lib/errors.ts'
import type { MessageId } from '../../lib/model/ids.ts'
import { type EmbeddedStore, embeddedOn } from '../../lib/store/sqlite/embedded.ts'
import type { Page, PagingState, Store } from '../../lib/store/store.ts'
import type { Bucket } from '../../lib/timeline/bucket.ts'
import type { IndexRow } from '../../lib/timeline/timeline.ts'
import { tablesOf } from './tables.ts'

export type Memory = {
  embedded: EmbeddedStore
  tables: ReturnType<typeof tablesOf>
  schemaIsCurrent: boolean
  now: () => number
  clockOffsetMs: number
  /** The number of rows, of those available, after which a page is cut short. */
  cutAt: (rows: number) => number
  /** Runs before each statement; may wait, or throw as the database would. */
  before: (statement: keyof Store) => Promise<void> | void
  /** Runs after each statement; if it throws, the statement has taken effect nevertheless. */
  after: (statement: keyof Store) => Promise<void> | void
  statements: (keyof Store)[]
}

export const emptyMemory = (now: () => number = () => Date.now()): Memory => {
  const database = new DatabaseSync(':memory:')
  return {
    embedded: embeddedOn(database, now),
    tables: tablesOf(database),
    schemaIsCurrent: true,
    now,
    clockOffsetMs: 0,
    cutAt: (rows) => Math.floor(Math.random() * (rows + 1)),
    before: () => undefined,
    after: () => undefined,
    statements: [],
  }
}

/**
 * Makes statements of this name wait before they begin: `reached` resolves when `count` of them wait, `proceed` releases
 * them all.
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
  // A statement in flight takes effect however long the test holds it, as in a database.
  const store = memory.embedded.storeFor(startCall(Number.POSITIVE_INFINITY))
  const run = async <T>(statement: keyof Store, work: () => Promise<T>): Promise<T> => {
    memory.statements.push(statement)
    call.roundTrips += 1
    const isWrite = WRITES.includes(statement)
    if (isWrite && call.permission) await call.permission
    if (isWrite) call.writes += 1
    try {
      await memory.before(statement)
      const result = await work()
      await memory.after(statement)
      return result
    } catch (error) {
      if (isWrite && error instanceof Fault && error.kind === 'database_unavailable') call.writes -= 1
      throw error
    }
  }
  const cutShort = <Begin, Row>(
    statement: keyof Store,
    { begin, limit, from, read, after }: Range<Begin, Row>,
  ): Promise<Page<Row>> =>
    run(statement, async () => {
      const asked: { begin: Begin; limit: number } = from ? JSON.parse(from) : { begin, limit }
      const { rows, next } = await read(asked.begin, asked.limit)
      const kept = rows.slice(0, memory.cutAt(rows.length))
      if (kept.length === rows.length && !next) return { rows }
      const last = kept.at(-1)
      const rest = { begin: last ? after(last) : asked.begin, limit: asked.limit - kept.length }
      return { rows: kept, next: JSON.stringify(rest) as PagingState }
    })
  return {
    insertMessage: (...row) => run('insertMessage', () => store.insertMessage(...row)),
    claimSend: (...claim) => run('claimSend', () => store.claimSend(...claim)),
    readClaim: (...key) => run('readClaim', () => store.readClaim(...key)),
    messagesBefore: (dialog, bucket, begin, limit, from) => {
      const read = (before: MessageId, rows: number) => store.messagesBefore(dialog, bucket, before, rows)
      return cutShort('messagesBefore', { begin, limit, from, read, after: ({ id }) => id })
    },
    messageIdsBefore: (dialog, bucket, begin, limit, from) => {
      const read = (before: MessageId, rows: number) => store.messageIdsBefore(dialog, bucket, before, rows)
      return cutShort('messageIdsBefore', { begin, limit, from, read, after: ({ id }) => id })
    },
    messagesAfter: (dialog, bucket, begin, limit, from) => {
      const read = (after: MessageId, rows: number) => store.messagesAfter(dialog, bucket, after, rows)
      return cutShort('messagesAfter', { begin, limit, from, read, after: ({ id }) => id })
    },
    newestBucket: async (owner, from) => {
      // As in a database, where marks are columns of the row, or make a row where there is none.
      const read = async () => {
        const { rows, marks } = await store.newestBucket(owner)
        return { rows: rows[0] || marks ? [{ index: rows, ...(marks && { marks }) }] : [] }
      }
      const whole = { begin: null, limit: 1, from, read, after: () => null }
      const { rows, next } = await cutShort('newestBucket', whole)
      const { index, ...marks } = rows[0] ?? { index: [] }
      return { rows: index, ...marks, ...(next && { next }) }
    },
    newestBuckets: (owner, limit, from) => {
      const read = (upTo: Bucket | null, rows: number) =>
        upTo === null ? store.newestBuckets(owner, rows) : store.bucketsUpTo(owner, upTo, rows)
      const after = ({ bucket }: IndexRow) => (bucket - 1) as Bucket
      return cutShort('newestBuckets', { begin: null, limit, from, read, after })
    },
    bucketsUpTo: (owner, begin, limit, from) => {
      const read = (upTo: Bucket, rows: number) => store.bucketsUpTo(owner, upTo, rows)
      const after = ({ bucket }: IndexRow) => (bucket - 1) as Bucket
      return cutShort('bucketsUpTo', { begin, limit, from, read, after })
    },
    bucketsAbove: (owner, begin, limit, from) => {
      const read = (above: Bucket, rows: number) => store.bucketsAbove(owner, above, rows)
      return cutShort('bucketsAbove', { begin, limit, from, read, after: ({ bucket }) => bucket })
    },
    insertBucket: (...row) => run('insertBucket', () => store.insertBucket(...row)),
    setVisibleFrom: (...row) => run('setVisibleFrom', () => store.setVisibleFrom(...row)),
    putListing: (...row) => run('putListing', () => store.putListing(...row)),
    removeListing: (...row) => run('removeListing', () => store.removeListing(...row)),
    removeBucket: (...row) => run('removeBucket', () => store.removeBucket(...row)),
    anyListing: (...key) => run('anyListing', () => store.anyListing(...key)),
    newestListing: (...key) => run('newestListing', () => store.newestListing(...key)),
    readListing: (...key) => run('readListing', () => store.readListing(...key)),
    listingsAfter: (inbox, bucket, begin, limit, from) => {
      const read = (after: string, rows: number) => store.listingsAfter(inbox, bucket, after, rows)
      return cutShort('listingsAfter', { begin, limit, from, read, after: ({ peer }) => peer as string })
    },
    setListed: (...mark) => run('setListed', () => store.setListed(...mark)),
    setReadUpTo: (...mark) => run('setReadUpTo', () => store.setReadUpTo(...mark)),
    readMarks: (dialog) => run('readMarks', () => store.readMarks(dialog)),
    withdraw: (...one) => run('withdraw', () => store.withdraw(...one)),
    withdrawals: (...names) => run('withdrawals', () => store.withdrawals(...names)),
    createUser: (...one) => run('createUser', () => store.createUser(...one)),
    readProfile: (user) => run('readProfile', () => store.readProfile(user)),
    readPasswordHash: (user) => run('readPasswordHash', () => store.readPasswordHash(user)),
    replacePasswordHash: (...hash) => run('replacePasswordHash', () => store.replacePasswordHash(...hash)),
    insertSession: (...one) => run('insertSession', () => store.insertSession(...one)),
    readSession: (...key) => run('readSession', () => store.readSession(...key)),
    readSessions: (...range) => run('readSessions', () => store.readSessions(...range)),
    rotateSession: (...one) => run('rotateSession', () => store.rotateSession(...one)),
    endSession: (...key) => run('endSession', () => store.endSession(...key)),
    readFailures: (of) => run('readFailures', () => store.readFailures(of)),
    setFailures: (...one) => run('setFailures', () => store.setFailures(...one)),
    putConnection: (...row) => run('putConnection', () => store.putConnection(...row)),
    readConnections: (of) => run('readConnections', () => store.readConnections(of)),
    removeConnections: (...path) => run('removeConnections', () => store.removeConnections(...path)),
    putConnectionById: (...row) => run('putConnectionById', () => store.putConnectionById(...row)),
    readConnectionById: (id) => run('readConnectionById', () => store.readConnectionById(id)),
    removeConnectionById: (id) => run('removeConnectionById', () => store.removeConnectionById(id)),
    databaseTime: () => run('databaseTime', async () => memory.now() + memory.clockOffsetMs),
    schemaIsCurrent: () => run('schemaIsCurrent', async () => memory.schemaIsCurrent),
  }
}

/** The paging state is the range of the next page; a page may be empty without being the last. */
type Range<Begin, Row> = {
  begin: Begin
  limit: number
  from: PagingState | undefined
  read: (begin: Begin, limit: number) => Promise<Page<Row>>
  /** Where the next page begins after this row. */
  after: (row: Row) => Begin
}

const WRITES: (keyof Store)[] = [
  'insertMessage',
  'claimSend',
  'insertBucket',
  'setVisibleFrom',
  'putListing',
  'removeListing',
  'setListed',
  'setReadUpTo',
  'withdraw',
  'createUser',
  'replacePasswordHash',
  'insertSession',
  'rotateSession',
  'endSession',
  'setFailures',
  'putConnection',
  'removeConnections',
  'putConnectionById',
  'removeConnectionById',
]
