/** The part of the port that is about inboxes and marks, on the simulated cluster: max-registers. */
import { type InboxId, type MessageId, type OwnerId, stampOf, type UserId } from '../../../lib/model/ids.ts'
import type { Listing, Marks, Page, PagingState, Side, Store } from '../../../lib/store/store.ts'
import { type Bucket, openingOf } from '../../../lib/timeline/bucket.ts'
import { type Apply, greater, putRegister, type Register, type Replica } from '../replicas.ts'

type Ports = {
  /** Sometimes throws, as if a step of what follows a reply were not done. */
  abandon: () => void
  read: <T>(look: (replica: Replica) => T, isByAll?: boolean) => Promise<T[]>
  write: (
    what: string,
    isIndex: boolean,
    apply: Apply,
    about?: string,
    waitsForAll?: boolean,
  ) => Promise<void>
  page: <Row>(
    rows: Row[],
    limit: number,
    keyOf: (row: Row) => string,
    isBeyond: (key: string, last: string) => boolean,
    from?: PagingState,
  ) => Page<Row>
}
type Rows = Map<string, Register> | undefined

export const marksOf = (owner: OwnerId) => `marks ${owner.toString('hex')}`
/** What is watched: the listing of one dialog. */
export const aboutListing = (inbox: InboxId, peer: UserId) => `${inbox.toString('hex')} ${peer}`
const newestOf = (inbox: InboxId, bucket: Bucket) => `newest ${inbox.toString('hex')} ${bucket}`
const partitionOf = (inbox: InboxId, bucket: Bucket) => `inbox ${inbox.toString('hex')} ${bucket}`

/** In microseconds. */
const timestampOf = (id: MessageId) =>
  stampOf(id) * 1000 + Math.floor((Number.parseInt(id.slice(15, 18), 16) * 1000) / 4096)
const timestampOfBucket = (bucket: Bucket) => openingOf(bucket).openedAtSeconds * 1_000_000 + (bucket % 1024)

const merged = (answers: Rows[]): Map<string, Register> => {
  const all = new Map<string, Register>()
  for (const rows of answers) for (const [key, one] of rows ?? []) all.set(key, greater(all.get(key), one))
  return all
}

export const marksIn = (answers: Rows[]): Record<Side, Marks> => {
  const all = merged(answers)
  const of = (side: Side): Marks => {
    const [listed, readUpTo] = [all.get(`listed ${side}`)?.value, all.get(`read ${side}`)?.value]
    return {
      ...(listed !== undefined && { listed: Number(listed) as Bucket }),
      ...(readUpTo !== undefined && { readUpTo: readUpTo as MessageId }),
    }
  }
  return { low: of('low'), high: of('high') }
}

type Part = Pick<
  Store,
  | 'putListing'
  | 'newestListing'
  | 'removeListing'
  | 'readListing'
  | 'anyListing'
  | 'listingsAfter'
  | 'setListed'
  | 'setReadUpTo'
  | 'readMarks'
>

export const inboxPortOf = ({ read, write, page, abandon }: Ports): Part => {
  const following: Ports['write'] = async (...one) => {
    abandon()
    await write(...one)
  }
  const listings = async (inbox: InboxId, bucket: Bucket, isByAll = false): Promise<Listing[]> => {
    const all = merged(await read(({ registers }) => registers.get(partitionOf(inbox, bucket)), isByAll))
    return [...all]
      .flatMap(([peer, { value }]) => (value ? [{ peer: peer as UserId, lastId: value as MessageId }] : []))
      .sort((one, other) => (one.peer < other.peer ? -1 : 1))
  }
  return {
    putListing: (inbox, bucket, { peer, lastId }, everyDataCentre) => {
      const register = { timestamp: timestampOf(lastId), value: lastId }
      return write(
        `lists ${peer} with ${lastId} in ${bucket}`,
        false,
        (replica) => {
          putRegister(partitionOf(inbox, bucket), peer, register)(replica)
          putRegister(newestOf(inbox, bucket), 'newest', register)(replica)
        },
        aboutListing(inbox, peer),
        everyDataCentre,
      )
    },
    newestListing: async (inbox, bucket) => {
      const all = merged(await read(({ registers }) => registers.get(newestOf(inbox, bucket))))
      return all.get('newest')?.value as MessageId | undefined
    },
    removeListing: (inbox, bucket, peer, upTo) =>
      following(
        `removes ${peer} up to ${upTo} from ${bucket}`,
        false,
        putRegister(partitionOf(inbox, bucket), peer, { timestamp: timestampOf(upTo) }),
        aboutListing(inbox, peer),
      ),
    readListing: async (inbox, bucket, peer) =>
      (await listings(inbox, bucket)).find((listing) => listing.peer === peer),
    anyListing: async (inbox, bucket) => ({ rows: (await listings(inbox, bucket, true)).slice(0, 1) }),
    listingsAfter: async (inbox, bucket, after, limit, from) =>
      page(
        (await listings(inbox, bucket)).filter(({ peer }) => peer > after),
        limit,
        ({ peer }) => peer,
        (key, last) => key > last,
        from,
      ),
    setListed: (dialog, side, bucket) =>
      following(
        `says that ${side} is listed in ${bucket}`,
        false,
        putRegister(marksOf(dialog), `listed ${side}`, {
          timestamp: timestampOfBucket(bucket),
          // One length, so that the order of texts is that of the numbers.
          value: String(bucket).padStart(16, '0'),
        }),
        dialog.toString('hex'),
      ),
    setReadUpTo: (dialog, side, id) =>
      write(
        `says that ${side} has read ${id}`,
        false,
        putRegister(marksOf(dialog), `read ${side}`, { timestamp: timestampOf(id), value: id }),
      ),
    readMarks: async (dialog) => marksIn(await read(({ registers }) => registers.get(marksOf(dialog)))),
  }
}
