import { describe, expect, test } from '@jest/globals'
import { parsePhc, writePhc } from './phc.ts'

describe('a PHC string', () => {
  const phc = writePhc({
    cost: { memoryKiB: 19_456, passes: 2, lanes: 1 },
    salt: Buffer.alloc(16),
    tag: Buffer.alloc(32),
  })

  test('is read as it was written', () => expect(writePhc(parsePhc(phc))).toBe(phc))

  test.each([
    ['nothing', ''],
    ['another algorithm', phc.replace('argon2id', 'argon2i')],
    ['another version', phc.replace('v=19', 'v=16')],
    ['no version', phc.replace('$v=19', '')],
    ['another order', phc.replace('t=2,p=1', 'p=1,t=2')],
    ['a leading zero', phc.replace('t=2', 't=02')],
    ['a sign', phc.replace('t=2', 't=+2')],
    ['no passes', phc.replace('t=2', 't=0')],
    ['a parameter too many', phc.replace('p=1', 'p=1,data=AAAA')],
    ['padding', `${phc}=`],
    ['bits that mean nothing', phc.replace(/A$/, 'B')],
    ['the other alphabet', phc.replace(/A\$/, '-$')],
    ['a salt of 7 bytes', phc.replace(/\$A{22}\$/, '$AAAAAAAAAA$')],
    ['a tag of 11 bytes', phc.replace(/A{43}$/, 'A'.repeat(15))],
    ['a line end', `${phc}\n`],
    ['something before it', ` ${phc}`],
    ['no tag', phc.slice(0, phc.lastIndexOf('$'))],
    ['less memory than argon2 needs', phc.replace('m=19456', 'm=7')],
    ['memory for everybody', phc.replace('m=19456', 'm=4194304')],
    ['passes for an hour', phc.replace('t=2', 't=100000')],
    ['a hundred lanes', phc.replace('p=1', 'p=100')],
  ])('with %s is refused, without showing it', (_, text) => {
    expect(text).not.toBe(phc)
    expect(() => parsePhc(text)).toThrow(/^a stored password hash is not a PHC string of argon2id$/)
  })
})
