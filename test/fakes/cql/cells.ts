/** Values of CQL types: their codes in the protocol, their serialization, their order. */
import { isIP } from 'node:net'
import { int, short } from './frame.ts'

/** The names of types in CREATE TABLE. */
export type Type =
  | 'bigint'
  | 'blob'
  | 'boolean'
  | 'inet'
  | 'int'
  | 'text'
  | 'timestamp'
  | 'uuid'
  | 'set<text>'
  | 'map<text,text>'

const CODES = {
  bigint: [0x02],
  blob: [0x03],
  boolean: [0x04],
  int: [0x09],
  timestamp: [0x0b],
  uuid: [0x0c],
  text: [0x0d],
  inet: [0x10],
  'map<text,text>': [0x21, 0x0d, 0x0d],
  'set<text>': [0x22, 0x0d],
} satisfies Record<Type, number[]>

export const isType = (text: string): text is Type => text in CODES

export const typeOption = (type: Type): Buffer => Buffer.concat(CODES[type].map(short))

export const text = (value: string): Buffer => Buffer.from(value)
export const boolean = (value: boolean): Buffer => Buffer.from([value ? 1 : 0])
export const uuid = (value: string): Buffer => Buffer.from(value.replaceAll('-', ''), 'hex')

/** A bigint, or a timestamp in unix milliseconds. */
export const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

/** @throws Error for anything but an IPv4 address */
export const inet = (address: string): Buffer => {
  if (isIP(address) !== 4) throw new Error(`not an IPv4 address: ${address}`)
  return Buffer.from(address.split('.').map(Number))
}

const element = (value: string): Buffer => Buffer.concat([int(Buffer.byteLength(value)), text(value)])

export const setOfTexts = (values: string[]): Buffer =>
  Buffer.concat([int(values.length), ...values.map(element)])

export const mapOfTexts = (values: Record<string, string>): Buffer =>
  Buffer.concat([int(Object.keys(values).length), ...Object.entries(values).flat().map(element)])

/** A literal of a statement: `'text'`, `17`. */
export const literal = (type: Type, written: string): Buffer => {
  if (type === 'int') return int(Number(written))
  if (type === 'bigint' || type === 'timestamp') return long(Number(written))
  return text(written.replace(/^'|'$/g, ''))
}

/** The ascending order of clustering columns: numbers with their sign, everything else by its unsigned bytes. */
export const compare = (type: Type, a: Buffer, b: Buffer): number => {
  if (type !== 'bigint' && type !== 'timestamp' && type !== 'int') return Buffer.compare(a, b)
  const sign = (b[0] as number) - (a[0] as number)
  // In two's complement, only the sign bit has the opposite order.
  return ((a[0] as number) ^ (b[0] as number)) & 0x80 ? sign : Buffer.compare(a, b)
}
