/** Where a walk through an inbox goes on, as clients carry it: base64url of JSON, checked as any other input. */
import * as z from 'zod'
import { isUserId, parseMessageId } from '../model/ids.ts'
import type { InboxCursor } from '../model/operations.ts'

/** The longest user id has 512 bytes; with the rest and in base64url, that is some 900 characters. */
const MAX_CHARACTERS = 1_024
const BASE64URL = /^[A-Za-z0-9_-]+$/

const parts = z
  .strictObject({
    below: z
      .string()
      .transform(parseMessageId)
      .pipe(z.custom<NonNullable<InboxCursor['below']>>(Boolean))
      .optional(),
    // Whether the number is that of a bucket is not known here (lib/inbox/page.ts).
    lanes: z
      .strictObject({
        bucket: z.int().min(0),
        after: z.string().refine((after) => after === '' || isUserId(after)),
      })
      .optional(),
  })
  .refine(({ below, lanes }) => below !== undefined || lanes !== undefined)

export const inboxCursor = z
  .string()
  .transform((value, context): InboxCursor => {
    const cursor = parse(value)
    if (cursor) return cursor
    const message = 'must be taken from a link of this operation'
    context.addIssue({ code: 'custom', message, params: { kind: 'bad_cursor' } })
    return z.NEVER
  })
  .meta({ override: { type: 'string', minLength: 1, maxLength: MAX_CHARACTERS, pattern: BASE64URL.source } })

export const showCursor = ({ below, lanes }: InboxCursor): string =>
  Buffer.from(JSON.stringify({ below, lanes })).toString('base64url')

const parse = (text: string): InboxCursor | undefined => {
  if (text.length > MAX_CHARACTERS || !BASE64URL.test(text)) return undefined
  try {
    const { below, lanes } = parts.parse(JSON.parse(UTF8.decode(Buffer.from(text, 'base64url'))))
    return { ...(below && { below }), ...(lanes && { lanes }) }
  } catch {
    return undefined
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })
