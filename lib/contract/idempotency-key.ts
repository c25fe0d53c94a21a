/** The header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): which texts are a key, and which keys are the same. */
import * as z from 'zod'
import type { IdempotencyKey } from '../model/ids.ts'
import { issue } from './fields.ts'

/**
 * RFC 9651, section 3.3.3: printable ASCII in quotes; a backslash stands before a quote or another one, only.
 * White space is skipped from the start: what looks for it at the end takes time with the square of its length.
 */
const QUOTED = /^[ \t]*"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"[ \t]*$/
/** What many clients send. No comma, with which gateways join repeated headers, and none of `"`, `;` and a backslash. */
const BARE = /^[ \t]*([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,255})[ \t]*$/

const parse = (header: string): string => {
  const [, quoted] = QUOTED.exec(header) ?? []
  const [, bare] = BARE.exec(header) ?? []
  return quoted?.replace(/\\(.)/g, '$1') ?? bare ?? ''
}

const isKey = (text: string): text is IdempotencyKey => text !== ''

export const idempotencyKey = z
  .string()
  .transform(parse)
  .refine(
    isKey,
    issue(
      'bad_key',
      'must be 1..255 printable ASCII characters, in quotes if one is a space, or any of , ; " \\',
    ),
  )
  .meta({
    description:
      'Makes it safe to send again: for two days every request with the same key, text and recipient is the same message, with the same reply; with another text or recipient it is refused (422). After two days the key is a new one. A new message needs a new key, a UUID for example (`"8e03978e-40d5-43dd-bc93-6894a57f9324"`); `"k"` and `k` are the same. Keys of different senders have nothing to do with each other.',
    override: { type: 'string', pattern: `${QUOTED.source}|${BARE.source}` },
  })
