import { describe, expect, test } from '@jest/globals'
import { readConfig } from './config.ts'
import { readEmbeddedConfig } from './embedded.ts'

const EMBEDDED_STORE = '/somewhere/embedded.sqlite'
const auth = { AUTH_MODE: 'gateway', AUTH_GATEWAY_SECRET: 'a secret of sixteen' }

describe('the embedded store', () => {
  test('is used when it is asked for, in development on one machine', () => {
    const dev = { EMBEDDED_STORE, CQL_CONTACT_POINTS: '', NODE_ENV: 'development', WORKERS: '1' }
    for (const HOST of ['', 'localhost', '127.0.0.1', '::1'])
      expect(readConfig({ ...auth, ...dev, HOST }).database).toEqual({ file: EMBEDDED_STORE })
  })

  test.each([{}, { EMBEDDED_STORE: '' }])('is not used unless it is asked for: %j', (env) => {
    expect(readEmbeddedConfig(env)).toBeUndefined()
    expect(() => readConfig({ ...auth, ...env })).toThrow('CQL_CONTACT_POINTS is not set')
  })

  test.each([
    ['NODE_ENV is production', { NODE_ENV: 'production' }],
    ['this is Lambda', { AWS_LAMBDA_FUNCTION_NAME: 'send-message' }],
    ['WORKERS is more than one', { WORKERS: '2' }],
    ['HOST is not loopback', { HOST: '0.0.0.0' }],
    ['HOST is not loopback', { HOST: '127.example.org' }],
    ['HOST is not loopback', { HOST: 'localhost.example.org' }],
    ['CQL_CONTACT_POINTS names a database', { CQL_CONTACT_POINTS: '127.0.0.1' }],
  ])('is refused where others could come to rely on it: %s', (words, env) => {
    expect(() => readConfig({ ...auth, EMBEDDED_STORE, ...env })).toThrow(
      `EMBEDDED_STORE is for development on one machine: ${words}`,
    )
  })
})
