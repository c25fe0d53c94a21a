import { getHeapStatistics } from 'node:v8'
import { describe, expect, test } from '@jest/globals'
import { readConfig } from './config.ts'
import { readDatabaseConfig } from './database.ts'
import { readServerConfig } from './server.ts'

const jwks = '{"keys":[{"kty":"EC","x":"x"}]}'
const jwt = { AUTH_MODE: 'jwt', AUTH_JWKS: jwks, AUTH_ISSUER: 'i', AUTH_AUDIENCE: 'a' }
const env = { ...jwt, CQL_CONTACT_POINTS: '10.0.0.1, 10.0.0.2' }
const gateway = { ...env, AUTH_MODE: 'gateway', AUTH_GATEWAY_SECRET: 'a secret of sixteen' }
const QUARTER_OF_THE_HEAP = Math.floor(getHeapStatistics().heap_size_limit / 4)

describe('a full configuration', () => {
  test('becomes nested values, with defaults', () => {
    expect(readConfig(env)).toEqual({
      auth: {
        mode: 'jwt',
        jwks: { keys: [{ kty: 'EC', x: 'x' }] },
        issuer: 'i',
        audience: 'a',
      },
      database: {
        contactPoints: ['10.0.0.1', '10.0.0.2'],
        port: 9042,
        localDataCenter: 'datacenter1',
        keyspace: 'dialogs',
        replication: { datacenter1: 3 },
      },
      rules: { bucketRows: 10_000, bucketBytes: 16_777_216, fillSeconds: 60, inboxRows: 256 },
      limits: {
        requestsAtOnce: 256,
        replyBytes: QUARTER_OF_THE_HEAP,
        sendRate: { perSecond: 100, burst: 500 },
      },
      embedsMetrics: false,
      page: {},
    })
  })

  test('reads credentials, TLS, replication, a key URL and both gateway secrets', () => {
    const ca = '-----BEGIN CERTIFICATE-----'
    const database = {
      CQL_USERNAME: 'u',
      CQL_PASSWORD: 'p',
      CQL_TLS: 'on',
      CQL_TLS_CA: ca,
      CQL_REPLICATION: 'a:3,b:2',
    }
    expect(readDatabaseConfig({ ...env, ...database })).toMatchObject({
      credentials: { username: 'u', password: 'p' },
      tls: { ca },
      replication: { a: 3, b: 2 },
    })
    expect(readConfig({ ...env, AUTH_JWKS: 'https://id.test/keys' }).auth).toMatchObject({
      jwks: expect.any(URL),
    })
    expect(readConfig({ ...gateway, AUTH_GATEWAY_SECRET_PREVIOUS: 'the secret before it' }).auth).toEqual({
      mode: 'gateway',
      secrets: ['a secret of sixteen', 'the secret before it'],
    })
  })

  test('limits each sender, or none, and concurrent requests', () => {
    const limited = { ...env, SENDS_PER_SECOND: '7', SEND_BURST: '9', REQUESTS_AT_ONCE: '16' }
    expect(readConfig(limited).limits).toEqual({
      requestsAtOnce: 16,
      replyBytes: QUARTER_OF_THE_HEAP,
      sendRate: { perSecond: 7, burst: 9 },
    })
    expect(readConfig({ ...limited, SENDS_PER_SECOND: '0' }).limits).not.toHaveProperty('sendRate')
  })

  test('serves on loopback, in one process, and admits no other origin, unless it says otherwise', () => {
    const quiet = {
      host: '127.0.0.1',
      port: 3000,
      workers: 1,
      connections: 20_000,
      cors: { origins: [], headers: [] },
    }
    expect(readServerConfig({})).toEqual(quiet)
    const origins = ['https://app.example', 'http://localhost:5173']
    const set = {
      HOST: '::',
      PORT: '0',
      WORKERS: '2',
      CONNECTIONS: '5',
      CORS_ORIGINS: origins.join(', '),
      CORS_HEADERS: 'x-a,x-b',
    }
    const cors = { origins, headers: ['x-a', 'x-b'] }
    expect(readServerConfig(set)).toEqual({ host: '::', port: 0, workers: 2, connections: 5, cors })
    const admin = { ADMIN_HOST: '::1', ADMIN_PORT: '9464' }
    expect(readServerConfig({ ADMIN_PORT: '0' }).admin).toEqual({ host: '127.0.0.1', port: 0 })
    expect(readServerConfig(admin).admin).toEqual({ host: '::1', port: 9464 })
    expect(readServerConfig({ ADMIN_HOST: '::1' })).not.toHaveProperty('admin')
  })

  test('an empty variable counts as unset', () => {
    expect(readConfig({ ...env, CQL_PORT: '', CQL_USERNAME: '' })).toEqual(readConfig(env))
  })
})

test('a function connects to three nodes, a server to all of its data centre', () => {
  const database = (more = {}) => readDatabaseConfig({ ...env, ...more })
  expect(database({ AWS_LAMBDA_FUNCTION_NAME: 'send' }).maxNodes).toBe(3)
  expect(database()).not.toHaveProperty('maxNodes')
})

describe('a bad configuration is refused with the name of the variable', () => {
  test.each([
    ['AUTH_MODE is not set', { AUTH_MODE: undefined }],
    ['AUTH_MODE', { AUTH_MODE: 'none' }],
    ['AUTH_JWKS is not set', { AUTH_JWKS: undefined }],
    ['AUTH_JWKS', { AUTH_JWKS: 'http://id.test/keys' }],
    ['AUTH_JWKS', { AUTH_JWKS: '/no/such/file' }],
    ['AUTH_JWKS', { AUTH_JWKS: '{"keys":[]}' }],
    ['AUTH_JWKS', { AUTH_JWKS: '{"keys":[{"kty":"oct","k":"x"}]}' }],
    ['AUTH_JWKS', { AUTH_JWKS: '{"keys":[{"kty":"EC"}]}' }],
    ['AUTH_JWKS', { AUTH_JWKS: '{"keys":[{"kty":"EC","x":"x","d":"d"}]}' }],
    ['AUTH_JWKS', { AUTH_JWKS: 'http://localhost:80@evil.test/keys' }],
    ['CQL_CONTACT_POINTS', { CQL_CONTACT_POINTS: ', ,' }],
    ['AUTH_ISSUER is not set', { AUTH_ISSUER: '' }],
    ['TOKEN_MAX_AGE', { TOKEN_MAX_AGE: '59' }],
    ['TOKEN_MAX_AGE', { TOKEN_MAX_AGE: '24h' }],
    ['TOKEN_MAX_AGE', { TOKEN_MAX_AGE: '2592001' }],
    ['AUTH_AUDIENCE is not set', { AUTH_AUDIENCE: undefined }],
    ['CQL_CONTACT_POINTS is not set', { CQL_CONTACT_POINTS: undefined }],
    ['CQL_PORT', { CQL_PORT: '70000' }],
    ['CQL_KEYSPACE', { CQL_KEYSPACE: 'a; DROP' }],
    ['CQL_REPLICATION', { CQL_REPLICATION: "dc'" }],
    ['CQL_USERNAME and CQL_PASSWORD', { CQL_USERNAME: 'u' }],
    ['CQL_TLS', { CQL_TLS: 'maybe' }],
    ['FILL_SECONDS must be a whole number from 20', { FILL_SECONDS: '19' }],
    ['SENDS_PER_SECOND', { SENDS_PER_SECOND: '-1' }],
    ['SENDS_PER_SECOND', { SENDS_PER_SECOND: '0.5' }],
    ['SEND_BURST', { SEND_BURST: '0' }],
    ['REQUESTS_AT_ONCE', { REQUESTS_AT_ONCE: '0' }],
    ['REQUESTS_AT_ONCE', { REQUESTS_AT_ONCE: '1e6' }],
    ['BUCKET_ROWS', { BUCKET_ROWS: 'many' }],
    ['BUCKET_BYTES must be', { BUCKET_BYTES: '1e9' }],
    ['BUCKET_BYTES (65536) is less than BUCKET_ROWS', { BUCKET_BYTES: '65536', BUCKET_ROWS: '65537' }],
    ['CQL_TLS_CA needs CQL_TLS=on', { CQL_TLS_CA: '-----BEGIN' }],
    ['CQL_TLS_CA', { CQL_TLS: 'on', CQL_TLS_CA: '/no/such/file' }],
    ['METRICS', { METRICS: 'yes' }],
    ['SOCKET_URL', { SOCKET_URL: 'https://socket.test' }],
    ['SOCKET_URL', { SOCKET_URL: 'wss://socket.test/; script-src *' }],
    ['SOCKET_URL', { SOCKET_URL: 'wss://socket.test/"><script>' }],
  ])('%s', (words, change) => {
    expect(() => readConfig({ ...env, ...change })).toThrow(words)
  })

  test.each([
    ['PORT', '-1'],
    ['PORT', 'http'],
    ['WORKERS', '0'],
    ['WORKERS', '1.5'],
    ['CONNECTIONS', '0'],
    ['ADMIN_PORT', '65536'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://app.example/'],
    ['CORS_ORIGINS', 'app.example'],
    ['CORS_ORIGINS', 'https://app.example,null'],
    ['CORS_HEADERS', 'x-a x-b'],
    ['CORS_HEADERS', '*\r\nset-cookie: a'],
  ])('%s=%j', (variable, value) => {
    expect(() => readServerConfig({ [variable]: value })).toThrow(variable)
  })

  test('AUTH_GATEWAY_SECRET, without showing it', () => {
    const short = { ...gateway, AUTH_GATEWAY_SECRET: 'too short' }
    expect(() => readConfig(short)).toThrow(/^AUTH_GATEWAY_SECRET: must have at least 16 characters$/)
  })
})
