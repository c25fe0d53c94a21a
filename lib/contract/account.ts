/** What the operations of accounts share: a profile, a password, and what a sign-in answers. */
import * as z from 'zod'
import type { FaultKind } from '../errors.ts'
import type { SignedIn } from '../model/operations.ts'
import { issue } from './fields.ts'

/** As a message's text, which is stored likewise, but it may be empty. */
const words = (maxCharacters: number, description: string) =>
  z
    .string()
    .refine(
      (value) => value.isWellFormed() && !value.includes('\0') && [...value].length <= maxCharacters,
      issue('bad_field', `must be at most ${maxCharacters} characters, without NUL and lone surrogates`),
    )
    .meta({ description, maxLength: maxCharacters })
    .optional()

const LINE_MAX_CHARACTERS = 256
const BIOGRAPHY_MAX_CHARACTERS = 4_096

/** Public, as in the specification that this service implements. */
export const profileFields = {
  first_name: words(LINE_MAX_CHARACTERS, 'First name'),
  second_name: words(LINE_MAX_CHARACTERS, 'Second name'),
  birthdate: z.iso.date().meta({ description: 'Date of birth', example: '2017-02-01' }).optional(),
  biography: words(BIOGRAPHY_MAX_CHARACTERS, 'Interests and the like'),
  city: words(LINE_MAX_CHARACTERS, 'City'),
}

/** What makes an acceptable password is decided with the configuration at hand; here it is any text. */
export const password = z.string().meta({ format: 'password', example: 'correct horse battery staple' })

export const isRefreshable = z
  .boolean()
  .optional()
  .meta({ description: 'With a refresh token, and an access token for ten minutes instead of a day' })

export const signedInReply = z
  .object({
    token: z.string().meta({ description: 'A bearer token' }),
    expires_in: z
      .int()
      .meta({ description: 'How long the token lives, in seconds', override: { type: 'integer' } }),
    refresh_token: z.string().optional().meta({ description: 'For POST /refresh' }),
  })
  .meta({ id: 'SignedIn' })

export const showSignedIn = ({
  token,
  lifeSeconds,
  refreshToken,
}: SignedIn): z.infer<typeof signedInReply> => ({
  token,
  expires_in: lifeSeconds,
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
})

/** Of every operation with a body that asks the database, and may write to it. */
export const WRITE_FAULTS: FaultKind[] = [
  'malformed_json',
  'bad_field',
  'body_too_large',
  'not_json',
  'database_unavailable',
  'overloaded',
  'write_in_doubt',
]
