/**
 * How a hash by argon2id is written down: the PHC string format
 * (https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md).
 */

export type Cost = { memoryKiB: number; passes: number; lanes: number }
export type PasswordHash = { cost: Cost; salt: Buffer; tag: Buffer }

/** The salt of 8 to 48 bytes and the tag of 12 to 64 are the format's own bounds. */
const FORMAT =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,2})\$([A-Za-z\d+/]{11,64})\$([A-Za-z\d+/]{16,86})$/

/** What nobody would have chosen here: a row that asks for more must not take the memory or the time of everybody. */
const MAX_COST: Cost = { memoryKiB: 256 * 1024, passes: 16, lanes: 16 }

export const writePhc = ({ cost, salt, tag }: PasswordHash): string =>
  `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=${cost.lanes}$${b64(salt)}$${b64(tag)}`

/** Accepts exactly what `writePhc` writes. @throws Error, without the text */
export const parsePhc = (text: string): PasswordHash => {
  const [, m, t, p, salt = '', tag = ''] = FORMAT.exec(text) ?? []
  const cost = { memoryKiB: Number(m), passes: Number(t), lanes: Number(p) }
  const hash = { cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') }
  // Written again, since the last character may have bits that mean nothing.
  if (!isWithinBounds(cost) || writePhc(hash) !== text)
    throw new Error('a stored password hash is not a PHC string of argon2id')
  return hash
}

const isWithinBounds = ({ memoryKiB, passes, lanes }: Cost) =>
  memoryKiB >= 8 * lanes &&
  memoryKiB <= MAX_COST.memoryKiB &&
  passes <= MAX_COST.passes &&
  lanes <= MAX_COST.lanes

const b64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
