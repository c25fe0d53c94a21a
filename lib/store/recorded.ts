/** A statement of a request that is being recorded: a span of its own, which says how it ended and what it cost. */
import type { Call } from '../call.ts'
import { type Bucket, openingOf } from '../timeline/bucket.ts'
import type { Span } from '../trace/span.ts'
import { reporting } from './ended.ts'
import type { Store } from './store.ts'

/** Statements about one partition of a time bucket, whose number is the second thing that they are told. */
type InBucket = Exclude<
  { [Name in keyof Store]: Parameters<Store[Name]>[1] extends Bucket ? Name : never }[keyof Store],
  // A bound of a range.
  'bucketsUpTo' | 'bucketsAbove'
>
const IN_BUCKET: Record<InBucket, true> = {
  insertMessage: true,
  messagesBefore: true,
  messageIdsBefore: true,
  messagesAfter: true,
  insertBucket: true,
  removeBucket: true,
  setVisibleFrom: true,
  putListing: true,
  removeListing: true,
  newestListing: true,
  readListing: true,
  anyListing: true,
  listingsAfter: true,
}

/**
 * What it is asked never gets into the span, except for the lanes of its time bucket.
 * @param run executes it, counted on the call that it is given
 */
export const recorded = <Result>(
  name: keyof Store,
  asked: unknown[],
  call: Call,
  span: Span,
  run: (call: Call) => Promise<Result>,
): Promise<Result> => {
  const step = span.begin(name, 'client')
  const own = new StatementCall(call)
  return reporting(
    () => run(own),
    (outcome) =>
      step.end(
        {
          'dialogs.outcome': outcome,
          'dialogs.attempts': own.attempts,
          'dialogs.lanes': lanesOf(name, asked),
        },
        outcome !== 'done',
      ),
  )
}

const lanesOf = (name: keyof Store, asked: unknown[]) =>
  name in IN_BUCKET ? openingOf(asked[1] as Bucket).lanes : undefined

/** A request's call, as one of its statements has it: counted on the request, and the attempts also apart. */
class StatementCall implements Call {
  readonly span = undefined
  private readonly whole: Call
  private own = 0

  constructor(whole: Call) {
    this.whole = whole
  }

  remainingMs() {
    return this.whole.remainingMs()
  }

  giveUp() {
    this.whole.giveUp()
  }

  get permission() {
    return this.whole.permission
  }

  get facts() {
    return this.whole.facts
  }

  get roundTrips() {
    return this.whole.roundTrips
  }

  set roundTrips(count: number) {
    this.whole.roundTrips = count
  }

  get writes() {
    return this.whole.writes
  }

  set writes(count: number) {
    this.whole.writes = count
  }

  get attempts() {
    return this.own
  }

  set attempts(count: number) {
    this.whole.attempts += count - this.own
    this.own = count
  }
}
