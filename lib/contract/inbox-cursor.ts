/** Where a walk through an inbox goes on. */
import * as z from 'zod'
import { isUserId, parseMessageId } from '../model/ids.ts'
import type { InboxCursor } from '../model/operations.ts'
import { opaqueCursor } from './cursor.ts'

/** Whether the number is that of a bucket is not known here (lib/inbox/page.ts, lib/inbox/changed.ts). */
export const placeInLanes = z.strictObject({
  bucket: z.int().min(0),
  after: z.string().refine((after) => after === '' || isUserId(after)),
})

export const inboxCursor = opaqueCursor(
  z
    .strictObject({
      below: z
        .string()
        .transform(parseMessageId)
        .pipe(z.custom<NonNullable<InboxCursor['below']>>(Boolean))
        .optional(),
      lanes: placeInLanes.optional(),
    })
    .refine(({ below, lanes }) => below !== undefined || lanes !== undefined)
    .transform(({ below, lanes }): InboxCursor => ({ ...(below && { below }), ...(lanes && { lanes }) })),
)
