/** The port on the simulated cluster, for one request: each function is one statement with three outcomes. */
import type { DialogId, IdempotencyKey, OwnerId, UserId } from '../../lib/model/ids.ts'
import type { Page, PagingState, Store } from '../../lib/store/store.ts'
import type { Bucket } from '../../lib/timeline/bucket.ts'
import type { IndexRow } from '../../lib/timeline/timeline.ts'
import type { Claimed } from './claims.ts'
import { inboxPortOf, marksIn, marksOf } from './inbox/port.ts'
import { pushPortOf } from './push/port.ts'
import { type Cell, later, putMessage, putRow, REMOVED, type Replica } from './replicas.ts'
import type { Setting } from './setting.ts'

type Caller = {
  name: string
  dataCentre: number
  now: () => number
  pause: () => Promise<void>
  /** The walk of which this call is a page; undefined for a send. */
  walk: object | undefined
  remainingMs: () => number
}
const STATEMENT_MS = 1_500

export const portOf = (setting: Setting, caller: Caller): Store => {
  const { cluster, claims, random, time, product, everyDataCentre, trace } = setting
  const { dataCentre } = caller
  const timeout = async () => {
    await caller.pause()
    const ms = Math.min(STATEMENT_MS, Math.floor(caller.remainingMs()))
    if (ms <= 0) throw new product.Fault('database_unavailable', 'no time left')
    return ms
  }
  const changing = async (what: string, statement: (timeoutMs: number) => Promise<Claimed>) => {
    const ms = await timeout()
    const began = time.now()
    const outcome = await statement(ms)
    await caller.pause()
    trace(`${caller.name} ${what}: ${outcome} (began ${began})`)
    if (outcome === 'not written') throw new product.Fault('database_unavailable', outcome)
    if (outcome === 'in doubt') throw new product.Fault('write_in_doubt', outcome)
    return outcome
  }
  const write = async (
    what: string,
    isIndex: boolean,
    apply: (replica: Replica) => void,
    about?: string,
    waitsForAll = isIndex,
  ) => {
    const isEverywhere = waitsForAll && everyDataCentre
    await changing(what, (timeoutMs) =>
      cluster.write({
        ...{ from: dataCentre, isIndex, isEverywhere, timeoutMs, apply },
        ...(caller.walk && { repairIn: caller.walk }),
        ...(about && { about }),
      }),
    )
  }
  const asking = async <T>(statement: (timeoutMs: number) => Promise<T[] | undefined>): Promise<T[]> => {
    const answers = await statement(await timeout())
    await caller.pause()
    if (!answers) throw new product.Fault('database_unavailable', 'no answer')
    return answers
  }
  const read = <T>(look: (replica: Replica) => T, isByAll = false) =>
    asking((ms) => cluster.read(dataCentre, ms, look, isByAll))
  const abandon = () => {
    if (random.chance(setting.faults.abandoned)) throw new product.Fault('database_unavailable', 'abandoned')
  }
  const registerOf = (sender: UserId, key: IdempotencyKey) => `${dataCentre} ${sender} ${key}`
  /** Pages are cut short at random; the paging state is the last key, and how many rows the limit still allows. */
  const page = <Row>(
    rows: Row[],
    limit: number,
    keyOf: (row: Row) => string,
    isBeyond: (key: string, last: string) => boolean,
    from?: PagingState,
  ): Page<Row> => {
    const [last = '', left = limit] = from ? (JSON.parse(from) as [string, number]) : []
    const wanted = rows.filter((row) => last === '' || isBeyond(keyOf(row), last)).slice(0, left)
    if (wanted.length === 0 || !random.chance(0.05)) return { rows: wanted }
    const given = wanted.slice(0, random.between(0, wanted.length - 1))
    const end = given.at(-1)
    const next = JSON.stringify([end === undefined ? last : keyOf(end), left - given.length]) as PagingState
    return { rows: given, next }
  }
  const select = async (dialog: DialogId, bucket: Bucket, wanted: (id: string) => boolean) => {
    const partition = `${dialog.toString('hex')}:${bucket}`
    const answers = await read((replica) => [...(replica.messages.get(partition)?.values() ?? [])])
    const rows = new Map(answers.flat().map((message) => [message.id, message] as const))
    return [...rows.values()].filter(({ id }) => wanted(id)).sort((a, b) => (a.id < b.id ? -1 : 1))
  }
  const selectBefore: Store['messagesBefore'] = async (dialog, bucket, before, limit, from) => {
    const newestFirst = (await select(dialog, bucket, (id) => id < before)).reverse()
    return page(newestFirst, limit, ({ id }) => id, isBelow, from)
  }
  const index = async (owner: OwnerId, wanted: (bucket: number) => boolean): Promise<IndexRow[]> =>
    indexIn(await read(({ index }) => [...(index.get(owner.toString('hex'))?.entries() ?? [])]), wanted)
  const indexIn = (
    answers: [number, Cell | undefined][][],
    wanted: (bucket: number) => boolean,
  ): IndexRow[] => {
    const rows = new Map<number, Cell | undefined>()
    for (const [bucket, cell] of answers.flat())
      if (wanted(bucket)) rows.set(bucket, later(rows.get(bucket), cell))
    return [...rows]
      .filter(([, cell]) => cell !== REMOVED)
      .sort(([a], [b]) => a - b)
      .map(([bucket, cell]) => ({ bucket: bucket as Bucket, ...(cell && { visibleFromMs: cell.unixMs }) }))
  }
  return {
    insertMessage: (dialog, bucket, message) =>
      write(
        `writes ${message.id} into ${bucket}`,
        false,
        putMessage(dialog, bucket, message),
        dialog.toString('hex'),
      ),
    claimSend: async (sender, key, claim) => {
      const what = `claims ${key} for ${claim.id} in ${claim.bucket}`
      return (await changing(what, (ms) => claims.claim(registerOf(sender, key), claim, ms))) === 'done'
    },
    readClaim: async (sender, key) => (await asking((ms) => claims.read(registerOf(sender, key), ms)))[0],
    messagesBefore: selectBefore,
    messageIdsBefore: selectBefore,
    messagesAfter: async (dialog, bucket, after, limit, from) =>
      page(await select(dialog, bucket, (id) => id > after), limit, ({ id }) => id, isAbove, from),
    newestBucket: async (owner, from) => {
      const answers = await read(({ index, registers }) => ({
        rows: [...(index.get(owner.toString('hex'))?.entries() ?? [])],
        registers: registers.get(marksOf(owner)),
      }))
      const rows = indexIn(
        answers.map(({ rows }) => rows),
        () => true,
      )
      return {
        ...page(rows.reverse(), 1, numberOf, isBelow, from),
        marks: marksIn(answers.map(({ registers }) => registers)),
      }
    },
    newestBuckets: async (owner, limit, from) =>
      page((await index(owner, () => true)).reverse(), limit, numberOf, isBelow, from),
    bucketsUpTo: async (owner, upTo, limit, from) =>
      page((await index(owner, (bucket) => bucket <= upTo)).reverse(), limit, numberOf, isBelow, from),
    bucketsAbove: async (owner, above, limit, from) =>
      page(await index(owner, (bucket) => bucket > above), limit, numberOf, isAbove, from),
    insertBucket: async (owner, bucket) => {
      await write(`opens ${bucket}`, true, putRow(owner, bucket))
      setting.opened.push({ owner: owner.toString('hex'), bucket })
    },
    removeBucket: (owner, bucket) => write(`retires ${bucket}`, true, putRow(owner, bucket, REMOVED)),
    setVisibleFrom: (owner, bucket, unixMs) =>
      write(
        `says ${bucket} is visible from ${unixMs}`,
        true,
        putRow(owner, bucket, { unixMs, writtenAt: caller.now() }),
      ),
    ...inboxPortOf({ read, write, page, abandon }),
    ...pushPortOf({ now: caller.now, trueMs: time.now, read, write }),
    databaseTime: async () => (await read(() => time.now()))[0] ?? 0,
    schemaIsCurrent: async () => true,
    ...neverAsked,
  }
}

const NEVER_ASKED = [
  ...(['readFailures', 'setFailures'] as const),
  ...(['createUser', 'readProfile', 'readPasswordHash', 'replacePasswordHash'] as const),
  ...(['insertSession', 'readSession', 'readSessions', 'rotateSession', 'endSession'] as const),
]
const neverAsked = Object.fromEntries(
  NEVER_ASKED.map((name) => [
    name,
    () => Promise.reject(new Error('nobody of this simulation has an account')),
  ]),
) as Record<(typeof NEVER_ASKED)[number], () => Promise<never>>

/** Padded to one length, as ids are: the order of the texts is that of the numbers. */
const numberOf = ({ bucket }: IndexRow) => String(bucket).padStart(16, '0')
const isBelow = (key: string, last: string) => key < last
const isAbove = (key: string, last: string) => key > last
