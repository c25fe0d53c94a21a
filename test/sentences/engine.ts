/** A database engine behind the port, and rows for it. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Call } from '../../lib/call.ts'
import { type IdempotencyKey, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import type { Message } from '../../lib/model/message.ts'
import type { Claim, Page, PagingState, Store } from '../../lib/store/store.ts'
import { bucketOf, bucketOfLane } from '../../lib/timeline/bucket.ts'

export type Engine = {
  storeFor: (call: Call) => Store
  /** Claims a key, and resolves once that claim has expired. */
  an_expired_claim: (sender: UserId, key: IdempotencyKey, claim: Claim) => Promise<void>
  /** Lets time pass for the database until this is so. */
  until: (isSo: () => Promise<boolean>) => Promise<void>
}

export const user = (name: string) => `${name}-${randomUUID()}` as UserId
export const messageAt = (unixMs: number, from: UserId, to: UserId, random = randomBytes(10)): Message => ({
  id: messageIdAt(unixMs, random),
  from,
  to,
  text: `at ${unixMs}`,
})
export const opening = (openedAtSeconds: number, lanes = 1) => bucketOf({ openedAtSeconds, lanes })
export const a_claim = (): Claim => ({
  fingerprint: randomBytes(32),
  id: messageIdAt(7, randomBytes(10)),
  bucket: bucketOfLane(opening(1_800_000_000, 64), 63),
})

/** Reads all pages, and counts them. */
export const all = async <Row>(read: (from?: PagingState) => Promise<Page<Row>>) => {
  const rows: Row[] = []
  let [from, pages]: [PagingState | undefined, number] = [undefined, 0]
  do {
    const page: Page<Row> = await read(from)
    rows.push(...page.rows)
    from = page.next
    pages += 1
  } while (from)
  return { rows, pages }
}
