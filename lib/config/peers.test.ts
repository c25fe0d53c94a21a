import { describe, expect, test } from '@jest/globals'
import { readPeerConfig } from './peers.ts'

const secret = 'x'.repeat(32)
const elsewhere = { PEER_HOST: '10.0.0.7', PEER_ALLOW: '10.0.0.0/8', PEER_SECRET: secret }

describe('instances that push to each other', () => {
  test('do so on loopback alone by default, with a secret that nobody has to set', () => {
    const { allowed, ...config } = readPeerConfig({})
    expect(config).toEqual({ host: '127.0.0.1', port: 0 })
    for (const address of ['127.0.0.1', '127.255.0.1']) expect(allowed.check(address)).toBe(true)
    expect(allowed.check('::1', 'ipv6')).toBe(true)
    for (const address of ['10.0.0.1', '128.0.0.1', '0.0.0.0', '169.254.169.254'])
      expect(allowed.check(address)).toBe(false)
  })

  test('may be on several machines, and have two secrets while one replaces the other', () => {
    const { allowed, ...config } = readPeerConfig({
      ...elsewhere,
      PEER_PORT: '7001',
      PEER_SECRET: `${secret}, ${secret}y`,
    })
    expect(config).toEqual({ host: '10.0.0.7', port: 7001, secrets: [secret, `${secret}y`] })
    expect(allowed.check('127.0.0.1')).toBe(false)
  })

  test.each([
    ['PEER_SECRET', { PEER_SECRET: 'x'.repeat(31) }],
    ['PEER_SECRET', { PEER_SECRET: `${secret},short` }],
    ['PEER_SECRET', { PEER_SECRET: ',' }],
    ['PEER_SECRET is not set, and PEER_HOST is not loopback', { ...elsewhere, PEER_SECRET: '' }],
    ['PEER_HOST', { PEER_HOST: 'peer.example' }],
    ['PEER_HOST', { PEER_HOST: '0.0.0.0' }],
    ['PEER_HOST', { PEER_HOST: '::' }],
    ['PEER_PORT', { PEER_PORT: '65536' }],
    ['PEER_ALLOW', { PEER_ALLOW: '10.0.0.0/33' }],
    ['PEER_ALLOW', { PEER_ALLOW: 'peer.example' }],
    ['PEER_ALLOW does not include PEER_HOST', { PEER_ALLOW: '10.0.0.0/8' }],
  ])('are refused with the name of the variable, and no value: %s %j', (words, env) => {
    expect(() => readPeerConfig(env)).toThrow(words)
    expect(() => readPeerConfig(env)).not.toThrow(/x{31}/)
  })
})
