/** The header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): which keys are valid, and which are the same. */
import * as z from 'zod'
import type { IdempotencyKey } from '../model/ids.ts'
import { issue } from './fields.ts'

/**
 * RFC 9651, section 3.3.3: printable ASCII in quotes, where a backslash may only escape a quote or a backslash.
 * White space is matched from the start: a pattern that looks for it at the end takes quadratic time.
 */
const QUOTED = /^[ \t]*"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"[ \t]*$/
/** Unquoted, as many clients send it. No comma, with which gateways join repeated headers, and no `"`, `;` or backslash. */
const BARE = /^[ \t]*([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,255})[ \t]*$/

const parse = (header: string): string => {
  const [, quoted] = QUOTED.exec(header) ?? []
  const [, bare] = BARE.exec(header) ?? []
  return quoted?.replace(/\\(.)/g, '$1') ?? bare ?? ''
}

/** In a frame: the key itself, as it would stand in quotes in the header. */
export const plainKey = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/)
  .pipe(z.custom<IdempotencyKey>())
  .meta({
    description: 'As the header Idempotency-Key over HTTP, but without quotes',
    override: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
  })

const isKey = (text: string): text is IdempotencyKey => text !== ''

export const idempotencyKey = z
  .string()
  .transform(parse)
  .refine(
    isKey,
    issue(
      'bad_key',
      'must be 1 to 255 printable ASCII characters, in quotes if it contains a space or any of , ; " \\',
    ),
  )
  .meta({
    description:
      'Makes a send safe to repeat. For two days, every request with the same key, text and recipient is the same message and gets the same reply; with another text or recipient it is refused (422). After two days the key is free again. Each new message needs a new key, for example a UUID (`"8e03978e-40d5-43dd-bc93-6894a57f9324"`); `"k"` and `k` are the same key. Keys of different senders are independent.',
    override: { type: 'string', pattern: `${QUOTED.source}|${BARE.source}` },
  })
