/** The checker: everything that was sent, beside every dialog as it was read back. */
import type { Flaw } from './flaw.ts'
import { DIRECTIONS, flawsOfListing, type Listing } from './listing.ts'
import { flawsOfOrder } from './order.ts'
import { flawsOfReplies } from './replies.ts'
import { dialogOf, type Sent } from './sent.ts'

/** @throws Error when nothing can be said: texts are not unique, or a dialog was not read back in both directions */
export const flawsOf = (sent: Sent[], listings: Listing[]): Flaw[] => {
  if (new Set(sent.map(({ text }) => text)).size < sent.length) throw new Error('two messages have one text')
  const byDialog = Map.groupBy(sent, dialogOf)
  return [...byDialog].flatMap(([dialog, own]) => {
    const read = DIRECTIONS.map((direction) => find(listings, dialog, direction))
    return [
      ...own.flatMap(flawsOfReplies),
      ...read.flatMap((listing) => flawsOfListing(listing, own)),
      ...flawsOfOrder(own),
    ]
  })
}

const find = (listings: Listing[], dialog: string, direction: Listing['direction']): Listing => {
  const found = listings.find((one) => one.dialog === dialog && one.direction === direction)
  if (!found) throw new Error(`${dialog} was not read back ${direction}`)
  return found
}
