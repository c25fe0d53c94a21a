/** Frames of the CQL binary protocol, version 4 (native_protocol_v4.spec): split from a stream, read, written. */

export const OPCODES = {
  ERROR: 0x00,
  STARTUP: 0x01,
  READY: 0x02,
  OPTIONS: 0x05,
  SUPPORTED: 0x06,
  QUERY: 0x07,
  RESULT: 0x08,
  PREPARE: 0x09,
  EXECUTE: 0x0a,
  REGISTER: 0x0b,
  EVENT: 0x0c,
} as const
export type Kind = keyof typeof OPCODES
export type Frame = { stream: number; opcode: number; body: Buffer }

const HEADER_BYTES = 9
const RESPONSE_V4 = 0x84

/** Splits a stream into frames; keeps an incomplete frame for the next chunk. */
export const frameCutter = () => {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk: Buffer): Frame[] => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const frames: Frame[] = []
    let at = 0
    while (bytes.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + bytes.readInt32BE(at + 5)
      if (end > bytes.length) break
      const body = bytes.subarray(at + HEADER_BYTES, end)
      frames.push({ stream: bytes.readInt16BE(at + 2), opcode: bytes.readUInt8(at + 4), body })
      at = end
    }
    rest = bytes.subarray(at)
    return frames
  }
}

export const response = (kind: Kind, stream: number, ...body: Buffer[]): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(RESPONSE_V4, 0)
  header.writeInt16BE(stream, 2)
  header.writeUInt8(OPCODES[kind], 4)
  header.writeInt32BE(
    body.reduce((sum, { length }) => sum + length, 0),
    5,
  )
  return Buffer.concat([header, ...body])
}

export const short = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeUInt16BE(value)
  return bytes
}

export const int = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}

export const string = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  return Buffer.concat([short(bytes.length), bytes])
}

/** A value of a row or a parameter; undefined is null. */
export type Cell = Buffer | undefined
const NULL = int(-1)

export const cell = (value: Cell): Buffer[] => (value ? [int(value.length), value] : [NULL])

/** The parameters of a QUERY or an EXECUTE; only their values matter here. */
export const readValues = (body: Buffer, at: number): Cell[] => {
  const HAS_VALUES = 0x01
  const flags = body.readUInt8(at + 2)
  if (!(flags & HAS_VALUES)) return []
  const values: Cell[] = []
  let next = at + 5
  for (let left = body.readUInt16BE(at + 3); left > 0; left -= 1) {
    const length = body.readInt32BE(next)
    next += 4
    // A copy: a stored value must not keep the whole chunk in memory.
    values.push(length < 0 ? undefined : Buffer.from(body.subarray(next, next + length)))
    next += Math.max(0, length)
  }
  return values
}

export const readLongString = (body: Buffer): { text: string; end: number } => {
  const end = 4 + body.readInt32BE(0)
  return { text: body.toString('utf8', 4, end), end }
}

export const readShortBytes = (body: Buffer): { bytes: Buffer; end: number } => {
  const end = 2 + body.readUInt16BE(0)
  return { bytes: body.subarray(2, end), end }
}
