import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { a_gateway } from '../../test/fakes/connections-gateway.ts'
import { type Arrived, signatureOf } from '../../test/fakes/signed-calls.ts'
import { a_silent_proxy } from '../../test/fakes/silent-proxy.ts'
import type { ConnectionId, Device } from '../model/connection.ts'
import type { Bye, Frame } from '../model/frame.ts'
import type { UserId } from '../model/ids.ts'
import { gatewayWire } from './gateway.ts'

const [ALICE, BOB] = ['alice', 'bob'] as [UserId, UserId]
const FRAME: Frame = { type: 'typing', from: ALICE, to: BOB }
const BYE: Bye = { type: 'bye', code: 4408, reconnectMs: 0 }
/** As AWS makes them. */
const ID = 'L0SM9cOFvHcCIhw=' as ConnectionId
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_REGION: 'eu-central-1',
}
const { AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region } = CREDENTIALS
const SECRET = { secretAccessKey, service: 'execute-api', region }
const signatureIn = ({ headers }: Arrived) => /Signature=(\w+)$/.exec(String(headers['authorization']))?.[1]

let gateway: Awaited<ReturnType<typeof a_gateway>>
let endpoint: string
let env: Record<string, string>
let warnings: unknown[]
let nowMs: number
beforeEach(async () => {
  gateway = await a_gateway()
  endpoint = `${gateway.url}/prod`
  env = { ...CREDENTIALS }
  warnings = []
  nowMs = 1_800_000_000_000
})
const opened: { close: () => Promise<unknown> }[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close()
  await gateway.stop()
})

/** @param limits by default more than a busy machine takes for a first call */
const a_wire = (to = endpoint, limits: { timeoutMs?: number } = { timeoutMs: 10_000 }) =>
  gatewayWire({
    ...limits,
    endpoint: to,
    env,
    log: { warn: (fact: unknown) => void warnings.push(fact) },
    now: () => nowMs,
  })
const device = (at = endpoint): Device => ({ id: ID, user: ALICE, endpoint: at, connectedMs: 0 })

describe('what the tests hold signatures against', () => {
  test('agrees with an example of AWS (get-vanilla of its test suite)', () => {
    const headers = {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: 'AWS4-HMAC-SHA256 SignedHeaders=host;x-amz-date, Signature=...',
    }
    const secret = { ...SECRET, service: 'service', region: 'us-east-1' }
    expect(signatureOf({ method: 'GET', path: '/', headers, body: '' }, secret)).toBe(
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    )
  })
})

describe('a frame for a connection at the gateway', () => {
  test('is posted to it, signed', async () => {
    expect(await a_wire().post(device(), FRAME, nowMs)).toBe('delivered')
    const [call] = gateway.arrived as [Arrived]
    expect(call).toMatchObject({ method: 'POST', path: '/prod/@connections/L0SM9cOFvHcCIhw%3D' })
    expect(JSON.parse(call.body)).toEqual(FRAME)
    expect(call.headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=host;x-amz-date, /,
    )
    expect(signatureIn(call)).toBe(signatureOf(call, SECRET))
    expect(call.headers['x-amz-security-token']).toBeUndefined()
    expect(warnings).toEqual([])
  })

  test('is signed with the credentials of that moment, and with their session token', async () => {
    const wire = a_wire()
    await wire.post(device(), FRAME, nowMs)
    Object.assign(env, {
      AWS_ACCESS_KEY_ID: 'ASIANEXT',
      AWS_SECRET_ACCESS_KEY: 'next',
      AWS_SESSION_TOKEN: 'of/the+session=',
    })
    await wire.post(device(), FRAME, nowMs)
    const call = gateway.arrived[1] as Arrived
    expect(call.headers['x-amz-security-token']).toBe('of/the+session=')
    expect(call.headers['authorization']).toMatch(
      /Credential=ASIANEXT\/.*SignedHeaders=host;x-amz-date;x-amz-security-token,/,
    )
    expect(signatureIn(call)).toBe(signatureOf(call, { ...SECRET, secretAccessKey: 'next' }))
  })

  test.each([
    [200, 'delivered', 0],
    [410, 'gone', 0],
    [429, 'slow', 0],
    [413, 'unreachable', 1],
    [403, 'unreachable', 1],
    [500, 'unreachable', 1],
    [503, 'unreachable', 1],
  ])('answered with %i is %s', async (status, delivery, warned) => {
    gateway.status = status
    expect(await a_wire().post(device(), FRAME, nowMs)).toBe(delivery)
    expect(gateway.arrived).toHaveLength(1)
    expect(warnings).toEqual(Array(warned).fill({ status }))
  })

  test('does not follow a redirect', async () => {
    const other = await a_gateway()
    opened.push({ close: other.stop })
    Object.assign(gateway, { status: 307, location: `${other.url}/` })
    expect(await a_wire().post(device(), FRAME, nowMs)).toBe('unreachable')
    expect(other.arrived).toEqual([])
  })

  test('is given up after a quarter of a second', async () => {
    gateway.status = undefined
    const began = performance.now()
    expect(await a_wire(endpoint, {}).post(device(), FRAME, nowMs)).toBe('unreachable')
    expect(performance.now() - began).toBeGreaterThan(240)
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(warnings).toHaveLength(1)
  })

  test('is not delivered where nobody listens, or without credentials', async () => {
    await gateway.stop()
    expect(await a_wire().post(device(), FRAME, nowMs)).toBe('unreachable')
    gateway = await a_gateway()
    endpoint = gateway.url
    env = {}
    expect(await a_wire().post(device(), FRAME, nowMs)).toBe('unreachable')
    expect(gateway.arrived).toEqual([])
    expect(warnings).toHaveLength(2)
  })

  test('is not sent if its connections were read too long ago', async () => {
    expect(await a_wire().post(device(), FRAME, nowMs - 4_001)).toBe('unreachable')
    expect(gateway.arrived).toEqual([])
  })

  test.each(['', '/prod/', '/other', '/prod?x'])('is never sent to another endpoint: %j', async (path) => {
    const wire = a_wire()
    expect(await wire.post(device(gateway.url + path), FRAME, nowMs)).toBe('unreachable')
    await wire.close(device(gateway.url + path), BYE)
    expect(gateway.arrived).toEqual([])
  })

  test('reuses the TCP connection of the one before', async () => {
    const wire = a_wire()
    for (let frame = 0; frame < 5; frame += 1) await wire.post(device(), FRAME, nowMs)
    expect([gateway.arrived.length, gateway.connections]).toEqual([5, 1])
  })

  test('arrives after a freeze in which that TCP connection has died silently', async () => {
    const proxy = await a_silent_proxy(Number(new URL(gateway.url).port))
    opened.push(proxy)
    endpoint = `http://127.0.0.1:${proxy.port}`
    const wire = a_wire()
    expect(await wire.post(device(), FRAME, nowMs)).toBe('delivered')
    proxy.silenceAll()
    nowMs += 60_000
    expect(await wire.post(device(), FRAME, nowMs)).toBe('delivered')
  })
})

describe('a connection at the gateway that is to be closed', () => {
  const calls = () => gateway.arrived.map(({ method, body }) => [method, body && JSON.parse(body).type])

  test('is told why, and then closed', async () => {
    await a_wire().close(device(), BYE)
    expect(calls()).toEqual([
      ['POST', 'bye'],
      ['DELETE', ''],
    ])
    for (const call of gateway.arrived) {
      expect(call.path).toBe('/prod/@connections/L0SM9cOFvHcCIhw%3D')
      expect(signatureIn(call)).toBe(signatureOf(call, SECRET))
    }
  })

  test('is closed even if it is too slow to be told why, and left alone if it is gone', async () => {
    gateway.status = 429
    await a_wire().close(device(), BYE)
    gateway.status = 410
    await a_wire().close(device(), BYE)
    expect(calls().map(([method]) => method)).toEqual(['POST', 'DELETE', 'POST'])
  })

  test('holds its caller up for no more than a quarter of a second', async () => {
    gateway.status = undefined
    const began = performance.now()
    await a_wire(endpoint, {}).close(device(), BYE)
    expect(performance.now() - began).toBeLessThan(450)
  })
})
