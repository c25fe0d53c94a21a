/** The checker: everything that was sent, beside every dialog as it was read back. */
import type { Flaw } from './flaw.ts'
import { DIRECTIONS, flawsOfListing, type Listing } from './listing.ts'
import { flawsOfOrder } from './order.ts'
import { flawsOfReplies } from './replies.ts'
import { dialogOf, type Sent } from './sent.ts'

/** @throws Error when a dialog was not read back in both directions: then nothing can be said */
export const flawsOf = (sent: Sent[], listings: Listing[]): Flaw[] => {
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
