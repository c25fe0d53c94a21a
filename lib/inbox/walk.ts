/** A walk through an inbox: its entries in order, out of as few partitions as that takes (docs/inbox.md, rules 6 to 8). */
import { indexDownwards } from '../buckets/index-read.ts'
import type { Context } from '../context.ts'
import {
  AFTER_ALL_MESSAGES,
  type InboxId,
  lowestIdAt,
  type MessageId,
  stampOf,
  type UserId,
} from '../model/ids.ts'
import type { InboxCursor } from '../model/operations.ts'
import { type Bucket, bucketOf, openingOf } from '../timeline/bucket.ts'
import { DOWNWARDS, type IndexPart, type Lane, openMerge } from '../timeline/merge.ts'
import { INBOX_HEAD } from '../timeline/rules.ts'
import { type Entry, type Found, foundAfter, foundIn, joined } from './entry.ts'

/** A page may be short for it, but costs the same however many dialogs have moved on. */
const MOST_PARTITIONS = 16

/** The latest stamp of an id. */
const MOST_MS = 2 ** 48 - 2

/** A page of a walk, from where the last one ended. */
export class Walk {
  readonly #inbox: InboxId
  readonly #ctx: Context
  readonly #merge = openMerge<Found>(DOWNWARDS, ({ id }) => stampOf(id))
  readonly #readIndex: () => Promise<IndexPart>
  /** Where each person stands, by all that has been read for this page. */
  readonly #met = new Map<UserId, Entry>()
  readonly #shown = new Set<UserId>()
  /** The greatest id of each person in what is merged; that of an entry may be from a lane, which is not. */
  readonly #places = new Map<UserId, MessageId>()
  /** When each time bucket can have been written to for the last time. */
  readonly #endsMs = new Map<Bucket, number>()
  #below: MessageId | undefined
  #lanes: InboxCursor['lanes']
  /** Partitions that are walked one after the other, in the order of people. */
  #waiting: Lane[] = []
  #partitions = 0
  #isFull = false
  #hasEnded = false

  constructor(inbox: InboxId, from: InboxCursor | undefined, ctx: Context) {
    this.#inbox = inbox
    this.#ctx = ctx
    this.#below = from?.below
    this.#lanes = from?.lanes
    const cursor = from?.below ?? AFTER_ALL_MESSAGES
    this.#readIndex = indexDownwards({ owner: inbox, cursor }, ctx, INBOX_HEAD)
  }

  /** Whether this page ends here, though the walk may not. */
  get isOver(): boolean {
    return this.#hasEnded || this.#isFull
  }

  /** Where the walk goes on; undefined at its end. */
  get cursor(): InboxCursor | undefined {
    if (this.#hasEnded && this.#waiting.length === 0) return undefined
    const [below, lanes] = [this.#below, this.#lanes]
    return { ...(below && { below }), ...(lanes && { lanes }) }
  }

  /** Up to `count` entries more; fewer when the page is over. @throws Fault `database_unavailable` */
  async next(count: number): Promise<Entry[]> {
    const entries: Entry[] = []
    while (entries.length < count && !this.isOver)
      entries.push(...(await this.#advance(count - entries.length, entries.length > 0)))
    return entries
  }

  async #advance(count: number, hasEntries: boolean): Promise<Entry[]> {
    if (this.#waiting[0]) return this.#fromLane(this.#waiting[0], count)
    const step = this.#merge.next()
    if (step.kind === 'row') return this.#fromRow(step.row)
    if (step.kind === 'index') await this.#extend()
    else if (step.kind === 'read') await this.#draw(step.lanes, hasEntries)
    else this.#hasEnded = true
    return []
  }

  async #extend() {
    const part = await this.#readIndex()
    for (const { bucket, endsMs } of part.timeBuckets) this.#endsMs.set(bucket, endsMs)
    this.#merge.extend(part)
  }

  /** Whole time buckets are merged; the others are walked when those that are drawn with them have been read. */
  async #draw(drawn: Lane[], hasEntries: boolean) {
    const whole = drawn.filter(isWhole)
    const isTooMuch = this.#partitions > 0 && this.#partitions + whole.length > MOST_PARTITIONS
    if (isTooMuch && this.#endAbove(drawn[0] as Lane, hasEntries)) {
      this.#isFull = true
      return
    }
    this.#partitions += whole.length
    const all = await Promise.all(whole.map(({ bucket }) => foundIn(this.#inbox, bucket, this.#ctx)))
    for (const { length } of all) this.#ctx.metrics.observe('dialogs_inbox_bucket_rows', length)
    for (const found of all.flat()) {
      this.#meet(found)
      if (found.id > (this.#places.get(found.peer) ?? '')) this.#places.set(found.peer, found.id)
    }
    for (const [index, lane] of whole.entries())
      this.#merge.fill(lane, inOrder(all[index] as Found[], this.#below), true)
    const byPeer = drawn.filter((lane) => !isWhole(lane))
    for (const lane of byPeer) this.#merge.fill(lane, [], true)
    this.#waiting.push(...byPeer.filter(({ bucket }) => !isBehind(bucket, this.#lanes)))
  }

  /** Ends the page before this lane is read, if that is progress: the next one goes on below all that has been read. */
  #endAbove({ bucket }: Lane, hasEntries: boolean): boolean {
    const lowest = lowestIdAt(Math.min(MOST_MS, Number(this.#endsMs.get(bucket))) + 1)
    const isProgress = this.#below === undefined || lowest < this.#below
    if (isProgress) this.#below = lowest
    return isProgress || hasEntries
  }

  async #fromLane({ bucket }: Lane, count: number): Promise<Entry[]> {
    if (this.#partitions >= MOST_PARTITIONS) {
      this.#isFull = true
      return []
    }
    this.#partitions += 1
    const after = this.#lanes?.bucket === bucket ? this.#lanes.after : ''
    const found = await foundAfter(this.#inbox, bucket, after, count, this.#ctx)
    this.#lanes = { bucket, after: found.at(-1)?.peer ?? after }
    if (found.length < count) this.#waiting.shift()
    return found.flatMap((one) => this.#show(this.#meet(one), one.bucket))
  }

  #fromRow({ peer, id }: Found): Entry[] {
    this.#below = id
    // If it is not the one with the greatest id, that was on an earlier page.
    return id === this.#places.get(peer) ? this.#show(this.#met.get(peer) as Entry) : []
  }

  #meet(found: Found): Entry {
    const entry = joined(this.#met.get(found.peer), found)
    this.#met.set(found.peer, entry)
    return entry
  }

  /** @param bucket where it was found, unless in its order */
  #show(entry: Entry, bucket = entry.bucket): Entry[] {
    if (this.#shown.has(entry.peer) || entry.bucket !== bucket) return []
    this.#shown.add(entry.peer)
    return [entry]
  }
}

const isWhole = ({ lanes }: Lane) => lanes === 1

/** Those below the cursor, newest first. */
const inOrder = (found: Found[], below: MessageId | undefined): Found[] =>
  found
    .filter(({ id }) => below === undefined || id < below)
    .sort((one, other) => (one.id < other.id ? 1 : -1))

/** Whether a walk has been through this lane: it goes from newer time buckets to older ones, lane by lane. */
const isBehind = (bucket: Bucket, lanes: InboxCursor['lanes']): boolean => {
  if (!lanes) return false
  const [mine, theirs] = [timeBucketOf(bucket), timeBucketOf(lanes.bucket as Bucket)]
  return mine > theirs || (mine === theirs && bucket < lanes.bucket)
}

const timeBucketOf = (lane: Bucket): Bucket => bucketOf(openingOf(lane))
