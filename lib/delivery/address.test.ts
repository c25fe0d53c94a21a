import { BlockList } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { addressOf, endpointOf } from './address.ts'

const BOOT = 'abcdefghijklmnopqrstu_'
const allowed = new BlockList()
allowed.addSubnet('10.0.0.0', 8, 'ipv4')
allowed.addSubnet('fd00::', 8, 'ipv6')

describe('the address of an instance', () => {
  test.each([
    ['10.1.2.3', `http://10.1.2.3:7001/${BOOT}`],
    ['fd00::1', `http://[fd00::1]:7001/${BOOT}`],
  ])('is read from the endpoint that was made of it: %s', (host, endpoint) => {
    const address = { host, port: 7001, path: `/${BOOT}` }
    expect(endpointOf(address)).toBe(endpoint)
    expect(addressOf(endpoint, allowed)).toEqual(address)
  })

  test.each([
    ['is not allowed', `http://192.0.2.1:7001/${BOOT}`],
    ['is not allowed, as a mapped one', `http://[::ffff:192.0.2.1]:7001/${BOOT}`],
    ['is not allowed, in version 6', `http://[fe80::1]:7001/${BOOT}`],
    ['is a name', `http://localhost:7001/${BOOT}`],
    ['is a name that begins with an address', `http://10.0.0.1.example.org:7001/${BOOT}`],
    ['has a leading zero, which some read as octal', `http://010.0.0.1:7001/${BOOT}`],
    ['is a number', `http://167772161:7001/${BOOT}`],
    ['is short', `http://10.1:7001/${BOOT}`],
    ['has a zone', `http://[fd00::1%25eth0]:7001/${BOOT}`],
    ['has no brackets', `http://fd00::1:7001/${BOOT}`],
    ['has brackets in version 4', `http://[10.0.0.1]:7001/${BOOT}`],
    ['has no port', `http://10.0.0.1/${BOOT}`],
    ['has the port 0', `http://10.0.0.1:0/${BOOT}`],
    ['has a port out of range', `http://10.0.0.1:65536/${BOOT}`],
    ['has user information', `http://a@10.0.0.1:7001/${BOOT}`],
    ['is of another scheme', `https://10.0.0.1:7001/${BOOT}`],
    ['has no boot', 'http://10.0.0.1:7001'],
    ['has a short boot', 'http://10.0.0.1:7001/boot'],
    ['has a longer path', `http://10.0.0.1:7001/${BOOT}/x`],
    ['has a query', `http://10.0.0.1:7001/${BOOT}?x`],
    ['has dots', 'http://10.0.0.1:7001/../../aaaaaaaaaaaaaaaa'],
    ['has a line break', `http://10.0.0.1:7001/${BOOT}\n`],
    ['is empty', ''],
  ])('is refused if it %s', (_, endpoint) => {
    expect(addressOf(endpoint, allowed)).toBeUndefined()
  })
})
