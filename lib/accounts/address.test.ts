import { BlockList } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { networkOf } from './address.ts'

const trusted = new BlockList()
trusted.addSubnet('10.0.0.0', 8, 'ipv4')
trusted.addSubnet('2001:db8:ffff::', 48, 'ipv6')
const network = (source: string | undefined, ...forwardedFor: string[]) =>
  networkOf(source, forwardedFor, trusted)

test.each([
  ['203.0.113.7', '203.0.113.0/24'],
  ['203.0.113.255', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['1::8', '1:0:0:0::/64'],
  ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::ffff:203.0.113.7', '203.0.113.0/24'],
  ['::FFFF:cb00:7107', '203.0.113.0/24'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.0/24'],
  ['::ffff:203.0.113.7%eth0', '203.0.113.0/24'],
  ['::fffe:203.0.113.7', '0:0:0:0::/64'],
  ['', 'unknown'],
  [undefined, 'unknown'],
  ['010.0.0.1', 'unknown'],
  ['203.0.113', 'unknown'],
  ['example.org', 'unknown'],
  ['[203.0.113.7', 'unknown'],
])('failures of %j are counted for %s', (source, subject) => expect(network(source)).toBe(subject))

describe('X-Forwarded-For', () => {
  test('says nothing unless it comes from a trusted proxy', () => {
    for (const forged of ['198.51.100.1', '10.0.0.1', '10.0.0.1, 198.51.100.1', '::1'])
      expect(network('203.0.113.7', forged)).toBe('203.0.113.0/24')
    expect(network(undefined, '198.51.100.1')).toBe('unknown')
    expect(networkOf('10.0.0.1', ['198.51.100.1'], new BlockList())).toBe('10.0.0.0/24')
  })

  test('names the client by the right-most address that is no trusted proxy, whatever the client wrote before it', () => {
    for (const forged of ['', '192.0.2.1, ', '10.0.0.9, ', 'unknown, ', '192.0.2.1, 10.0.0.9,', ',,,'])
      expect(network('10.0.0.1', `${forged}203.0.113.7`)).toBe('203.0.113.0/24')
    expect(network('10.0.0.1', '192.0.2.1, 203.0.113.7, 10.0.0.3 ,10.0.0.2')).toBe('203.0.113.0/24')
    expect(network('2001:db8:ffff::1', '203.0.113.7, 10.0.0.2')).toBe('203.0.113.0/24')
    expect(network('2001:db8:ffff::1%eth0', '203.0.113.7')).toBe('203.0.113.0/24')
    expect(network('::ffff:10.0.0.1', '203.0.113.7, ::ffff:10.0.0.2')).toBe('203.0.113.0/24')
  })

  test('may be repeated: the last header is the right-most', () => {
    expect(network('10.0.0.1', '192.0.2.1', '203.0.113.7, 10.0.0.2')).toBe('203.0.113.0/24')
    expect(network('10.0.0.1', '203.0.113.7', '10.0.0.2')).toBe('203.0.113.0/24')
  })

  test('may have ports and brackets', () => {
    expect(network('10.0.0.1', '203.0.113.7:50123')).toBe('203.0.113.0/24')
    expect(network('10.0.0.1', '[2001:db8:1:2::3]:50123')).toBe('2001:db8:1:2::/64')
    expect(network('10.0.0.1', '[2001:db8:1:2::3]')).toBe('2001:db8:1:2::/64')
    expect(network('10.0.0.1', '[::ffff:203.0.113.7]:1')).toBe('203.0.113.0/24')
  })

  test('that names no client leaves the last proxy that is known', () => {
    expect(network('10.0.0.1')).toBe('10.0.0.0/24')
    for (const nobody of ['', 'unknown', '_hidden', '203.0.113.7,', '203.0.113.7, unknown', '203.0.113.999'])
      expect(network('10.0.0.1', nobody)).toBe('10.0.0.0/24')
    expect(network('10.0.0.1', '203.0.113.7, unknown, 10.9.9.2')).toBe('10.9.9.0/24')
    expect(network('10.0.0.1', '10.1.1.1, 10.0.0.2')).toBe('10.1.1.0/24')
  })

  test('of any length and content is read without failing', () => {
    expect(network('10.0.0.1', `${'10.0.0.2,'.repeat(10_000)}203.0.113.7`)).toBe('203.0.113.0/24')
    for (const odd of [':'.repeat(5_000), '%', '[]', '[]:1', ':::', '1::2::3', '::%', '\0', '[%]:1'])
      expect(network('10.0.0.1', odd)).toBe('10.0.0.0/24')
  })
})
