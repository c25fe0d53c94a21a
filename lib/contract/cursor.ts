/** Where a walk goes on, as clients carry it: base64url of JSON, checked as any other input. */
import * as z from 'zod'

/** The longest user id has 512 bytes; with the rest and in base64url, that is some 900 characters. */
const MAX_CHARACTERS = 1_024
const BASE64URL = /^[A-Za-z0-9_-]+$/
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** A parameter of a query. @param parts what the JSON must be */
export const opaqueCursor = <Cursor>(parts: z.ZodType<Cursor>) =>
  z
    .string()
    .transform((value, context): Cursor => {
      const cursor = parse(value, parts)
      if (cursor !== undefined) return cursor
      const message = 'must be taken from a link of this operation'
      context.addIssue({ code: 'custom', message, params: { kind: 'bad_cursor' } })
      return z.NEVER
    })
    .meta({
      description: 'Opaque: taken from the link to the next page',
      override: { type: 'string', minLength: 1, maxLength: MAX_CHARACTERS, pattern: BASE64URL.source },
    })

export const showCursor = (cursor: object): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url')

const parse = <Cursor>(text: string, parts: z.ZodType<Cursor>): Cursor | undefined => {
  if (text.length > MAX_CHARACTERS || !BASE64URL.test(text)) return undefined
  try {
    return parts.parse(JSON.parse(UTF8.decode(Buffer.from(text, 'base64url'))))
  } catch {
    return undefined
  }
}
