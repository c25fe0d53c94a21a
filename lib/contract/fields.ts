/** The fields that several operations share; each refinement names the fault it raises. */
import * as z from 'zod'
import type { FaultKind } from '../errors.ts'
import { isoTime } from '../iso-time.ts'
import { isUserId, type MessageId, parseMessageId, stampOf } from '../model/ids.ts'
import { type Message, textIssue } from '../model/message.ts'

/** For a refinement: its error message, and the kind of fault it raises. */
export const issue = (kind: FaultKind, error: string) => ({ error, params: { kind } })

/**
 * The rules of `isUserId` and `textIssue`, for tools that generate requests from the document: in the syntax that regular
 * expressions of ECMAScript, RE2, Java and Python share. No look-ahead, no \u: two hexadecimal digits, or the character itself.
 */
const CONTROL = '\\x00-\\x1f\\x7f-\\x9f'
/** Anything but `.` and `..`: the first character is not a dot, or the second is not, or there is a third. */
const USER_ID_PATTERN = `^([^.${CONTROL}][^${CONTROL}]*|\\.[^.${CONTROL}][^${CONTROL}]*|\\.\\.[^${CONTROL}]+)$`
const WHITE_SPACE = '\\t-\\r \\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
const TEXT_PATTERN = `^[^\\x00]*[^\\x00${WHITE_SPACE}][^\\x00]*$`

export const userId = z
  .string()
  .refine(
    isUserId,
    issue('bad_id', 'must be 1 to 128 characters, without control characters, and not . or ..'),
  )
  .meta({
    description: 'An opaque user id',
    example: 'bob',
    minLength: 1,
    maxLength: 128,
    pattern: USER_ID_PATTERN,
  })

export const text = z
  .string()
  .superRefine((value, context) => {
    const message = textIssue(value)
    if (message) context.addIssue({ code: 'custom', message })
  })
  .meta({
    description:
      'Stored and returned unchanged; must not be only white space, nor contain NUL or lone surrogates',
    example: 'Hello, Bob!',
    minLength: 1,
    maxLength: 4096,
    pattern: TEXT_PATTERN,
  })

const UUID_V7 = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$'

const messageIdOr = (kind: FaultKind) =>
  z
    .string()
    .transform((value, context): MessageId => {
      const id = parseMessageId(value)
      if (id) return id
      context.addIssue({ code: 'custom', message: 'must be a message id (UUIDv7)', params: { kind } })
      return z.NEVER
    })
    .meta({ override: { type: 'string', format: 'uuid', pattern: UUID_V7 } })

/** In a query, as a cursor. */
export const messageId = messageIdOr('bad_cursor')
/** In a body. */
export const messageIdField = messageIdOr('bad_field')

/** Decimal digits only: `1e2`, `0x10`, ` 5` and an empty value are refused. */
export const wholeNumber = (minimum: number, maximum: number, description: string) =>
  z
    .string()
    .refine(
      (value) => /^\d{1,5}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum,
      issue('out_of_range', `must be a whole number from ${minimum} to ${maximum}`),
    )
    .transform(Number)
    .meta({ description, override: { type: 'integer', minimum, maximum } })

/**
 * The most memory of one message in a reply: a text has up to 4,096 characters of four bytes, counted four times: as the
 * database sends it, as a string, in the reply, and once more for what lanes read beyond it.
 */
export const MESSAGE_BYTES = 4 * 4 * 4_096

export const messageReply = z
  .object({
    id: z.uuid().meta({ description: 'UUIDv7; within a dialog, ids sort in the order of sending' }),
    from: z.string(),
    to: z.string(),
    text: z.string(),
    sent_at: z.iso.datetime({ precision: 3 }).meta({ description: 'When it was sent, taken from the id' }),
  })
  .meta({ id: 'Message' })

export const showMessage = ({ id, from, to, text: body }: Message): z.infer<typeof messageReply> => ({
  id,
  from,
  to,
  text: body,
  sent_at: isoTime(stampOf(id)),
})

/** The body of an error, whichever way it was asked. */
export const problemFields = {
  message: z.string(),
  request_id: z.string(),
  code: z.int().meta({ description: 'One number per cause, never reused', override: { type: 'integer' } }),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}
