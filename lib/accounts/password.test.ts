import { argon2Sync, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { acceptPassword, passwords } from './password.ts'
import { parsePhc, writePhc } from './phc.ts'

const MIN = 8
const RIGHT = 'correct horse battery staple'
const accepts = (text: string, min = MIN) => acceptPassword(text, min)
const hashed = (text: string) => passwords(randomBytes).hash(accepts(text))
const refusal = (text: string) => {
  try {
    accepts(text)
  } catch (error) {
    return error as { kind: string; message: string; fields: { path: string; message: string }[] }
  }
  throw new Error('accepted')
}

describe('a hash', () => {
  test('is a PHC string of argon2id, version 19, with 19 MiB, 2 passes, 1 lane, and a salt of its own', async () => {
    const [one, other] = await Promise.all([hashed(RIGHT), hashed(RIGHT)])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/)
    expect(one).not.toBe(other)
  })

  test('is right for its own password, and for no other', async () => {
    const stored = await hashed(RIGHT)
    const { verify } = passwords(randomBytes)
    expect(await verify(RIGHT, stored)).toEqual({ isRight: true, isRehashDue: false })
    for (const text of [`${RIGHT} `, RIGHT.toUpperCase(), '', `${RIGHT}\0`])
      expect(await verify(text, stored)).toEqual({ isRight: false, isRehashDue: false })
  })

  test.each([
    ['less memory', { memoryKiB: 8_192, passes: 2, lanes: 1 }, 16, 32],
    ['another number of passes', { memoryKiB: 19_456, passes: 3, lanes: 1 }, 16, 32],
    ['more lanes', { memoryKiB: 19_456, passes: 2, lanes: 2 }, 16, 32],
    ['a shorter salt', { memoryKiB: 19_456, passes: 2, lanes: 1 }, 8, 32],
    ['a shorter tag', { memoryKiB: 19_456, passes: 2, lanes: 1 }, 16, 16],
  ])('made elsewhere with %s is right, and due for a new one', async (_, cost, saltBytes, tagLength) => {
    const salt = randomBytes(saltBytes)
    const parameters = { memory: cost.memoryKiB, passes: cost.passes, parallelism: cost.lanes }
    const tag = argon2Sync('argon2id', { ...parameters, message: RIGHT, nonce: salt, tagLength })
    const stored = writePhc({ cost, salt, tag })
    const { verify } = passwords(randomBytes)
    expect(await verify(RIGHT, stored)).toEqual({ isRight: true, isRehashDue: true })
    expect(await verify('something else', stored)).toEqual({ isRight: false, isRehashDue: false })
  })

  test('of the reference implementation is understood', async () => {
    // The test of its command line: "password", "somesalt", 2 passes, 64 MiB, 1 lane.
    const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    expect(await passwords(randomBytes).verify('password', stored)).toEqual({
      isRight: true,
      isRehashDue: true,
    })
  })
})

describe('a new password', () => {
  test('has at least so many code points, and at most 1,024 bytes, once it is normalized', () => {
    expect(accepts('12345678')).toHaveLength(8)
    expect(refusal('1234567').fields).toEqual([
      { path: 'password', message: 'must have at least 8 characters' },
    ])
    expect(() => accepts('12345678', 15)).toThrow('at least 15')
    expect(accepts('x'.repeat(1_024))).toHaveLength(1_024)
    expect(refusal('x'.repeat(1_025)).fields).toEqual([
      { path: 'password', message: 'must have at most 1024 bytes' },
    ])
    expect(refusal('x'.repeat(10_240)).kind).toBe('bad_field')
    // Two characters of eight bytes, and of four code units.
    expect(refusal('😀😀').kind).toBe('bad_field')
    expect(accepts('😀'.repeat(256))).toHaveLength(1_024)
    expect(refusal('😀'.repeat(257)).kind).toBe('bad_field')
    // One character that becomes 18, of 33 bytes: longer than it looks, at both ends.
    expect(accepts('\ufdfa')).toHaveLength(33)
    expect(refusal('\ufdfa'.repeat(32)).kind).toBe('bad_field')
    // Eight that become four: shorter than it looks.
    expect(refusal('e\u0301e\u0301e\u0301e\u0301').kind).toBe('bad_field')
  })

  test('has no lone surrogates, which would all be the same bytes', () => {
    expect(refusal('password\ud800').fields).toEqual([
      { path: 'password', message: 'must be well-formed Unicode, and at most 1024 bytes' },
    ])
  })

  test('that is refused is in no message', () => {
    for (const text of ['s3cret', 's3cret\udc00', 's3cret'.repeat(1_000)]) {
      const { message, fields } = refusal(text)
      expect(JSON.stringify({ message, fields })).not.toContain('s3cret')
    }
  })
})

describe('an odd password', () => {
  test('is the same however a keyboard composes it', async () => {
    const stored = await hashed('na\u00efve caf\u00e9 \u2460')
    expect((await passwords(randomBytes).verify('nai\u0308ve cafe\u0301 1', stored)).isRight).toBe(true)
  })

  test('counts as a whole: what follows a NUL, and its last byte of 1,024', async () => {
    const { verify } = passwords(randomBytes)
    const [nul, long] = [await hashed('before\0after'), await hashed('x'.repeat(1_024))]
    expect((await verify('before\0after', nul)).isRight).toBe(true)
    expect((await verify('before\0other', nul)).isRight).toBe(false)
    expect((await verify(`${'x'.repeat(1_023)}y`, long)).isRight).toBe(false)
  })

  test('that could never be registered is wrong, even if its bytes are those of a right one', async () => {
    const { verify } = passwords(randomBytes)
    expect((await verify('password\ud800', await hashed('password\ufffd'))).isRight).toBe(false)
    expect((await verify('x'.repeat(10_240), await hashed(RIGHT))).isRight).toBe(false)
    // In place of such a password nothing is hashed: which must not be right either.
    const salt = randomBytes(16)
    const cost = { memoryKiB: 19_456, passes: 2, lanes: 1 }
    const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
    const ofNothing = writePhc({
      cost,
      salt,
      tag: argon2Sync('argon2id', { ...parameters, message: '', nonce: salt }),
    })
    expect((await verify('password\ud800', ofNothing)).isRight).toBe(false)
  })
})

describe('at most two hashes at once', () => {
  test('a third is refused at once, whichever kind it is, and the next one after them is not', async () => {
    const { hash, verify } = passwords(randomBytes)
    const stored = await hash(accepts(RIGHT))
    const running = [verify(RIGHT, stored), hash(accepts(RIGHT))]
    const refused = { kind: 'overloaded' }
    await expect(verify(RIGHT, stored)).rejects.toMatchObject(refused)
    await expect(verify(RIGHT, undefined)).rejects.toMatchObject(refused)
    await expect(verify('x'.repeat(10_240), stored)).rejects.toMatchObject(refused)
    await expect(hash(accepts(RIGHT))).rejects.toMatchObject(refused)
    await Promise.all(running)
    expect((await verify(RIGHT, stored)).isRight).toBe(true)
  })

  test('a stored hash that cannot be read takes no place', async () => {
    const { verify } = passwords(randomBytes)
    for (let count = 0; count < 3; count += 1)
      await expect(verify(RIGHT, 'not a hash')).rejects.toThrow('not a PHC string')
    expect((await verify(RIGHT, await hashed(RIGHT))).isRight).toBe(true)
  })
})

test('a user who does not exist costs the hash work of one who does, and nothing is right', async () => {
  const { hash, verify } = passwords(randomBytes)
  const stored = await hash(accepts(RIGHT))
  const busy = async (work: () => Promise<unknown>) => {
    const before = process.cpuUsage()
    for (let count = 0; count < 10; count += 1) await work()
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  const known = await busy(() => verify('something else', stored))
  const strangers = await busy(() => verify('something else', undefined))
  const impossible = await busy(() => verify('password\ud800', stored))
  for (const work of [strangers, impossible]) expect(work / known).toBeGreaterThan(0.5)
  // Even if the generator happened to give the tag of that password.
  const { salt, tag } = parsePhc(stored)
  const unlucky = passwords((bytes) => (bytes === salt.length ? salt : tag))
  expect(await unlucky.verify(RIGHT, undefined)).toEqual({ isRight: false, isRehashDue: false })
})
