import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { operationsWith, SOCKET } from '../../../bin/operations.ts'
import { finish } from '../../../dev/process.ts'
import { serverless } from '../../../dev/serverless.ts'
import { packArchives } from '../../../lab/lambda/archives.ts'
import * as given from '../../sentences/given.ts'
import * as then from '../../sentences/then.ts'
import * as when from '../../sentences/when.ts'
import { a_cloud } from '../../world/cloud.ts'
import { adapt_to_the_cloud } from '../../world/cloud-template.ts'
import { a_device_at, by_header, type Connected } from '../../world/device.ts'
import { a_place_to_serve } from '../../world/keyspace.ts'
import { overHttp, type Service } from '../../world/service.ts'
import { until } from '../../world/until.ts'

/** The id of the WebSocket API. */
const SOCKETS = 'sockets1'

const messagesOf = ({ heard }: Connected) => heard.filter(({ type }) => type === 'message')

describe('deployed to an emulated AWS account, over its gateway, on a real CQL database', () => {
  let cloud: Awaited<ReturnType<typeof a_cloud>>
  let place: Awaited<ReturnType<typeof a_place_to_serve>>
  let directory: string
  let service: Service
  let socket: string
  let variables: Record<string, string>

  /** Runs the framework, with the configuration of the service and of the account in its environment. */
  const run = async (...words: string[]) => {
    const framework = serverless(words)
    const { command, args, cwd, cleanUp } = framework
    const env = { ...process.env, ...variables, ...framework.variables }
    await finish(command, args, { cwd, env }).finally(cleanUp)
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialogs-deploy-'))
    ;[cloud, place] = await Promise.all([a_cloud(), a_place_to_serve()])
    const endpoint = `${cloud.url}/_aws/execute-api/${SOCKETS}/dev`
    socket = endpoint.replace('http', 'ws')
    const push = { PUSH: 'on', PUSH_ENDPOINT: endpoint, SOCKET_URL: socket }
    variables = { ...place.variables, ...cloud.variables, ...push }
    await packArchives(directory, { ...process.env, ...variables })
    await adapt_to_the_cloud(directory, SOCKETS)
    await run('deploy', '--package', directory)
    const api = (await cloud.gateways()).find((id) => id !== SOCKETS)
    service = (call) =>
      overHttp(cloud.url)({ ...call, path: `/_aws/execute-api/${api}/$default${call.path}` })
  }, 300_000)
  afterAll(async () => {
    await cloud.stop()
    await rm(directory, { recursive: true, force: true })
  })

  test('messages are listed identically by both sides, and by nobody else', async () => {
    const [alice, bob, eve] = await Promise.all(
      ['alice', 'bob', 'eve'].map((name) => given.a_stranger(place.credentials, name)),
    )
    if (!alice || !bob || !eve) throw new Error('three people are needed')
    const texts = ['Привет, Боб!', 'Hello, Alice!']
    then.it_succeeds(await when.they_send(service, alice, bob, 'Привет, Боб!'))
    then.it_succeeds(await when.they_send(service, bob, alice, 'Hello, Alice!'))
    await then.the_dialog_holds(service, alice, bob, texts)
    expect(then.it_succeeds(await when.they_list(service, eve, bob))).toEqual([])
  })

  test('a request without a credential, or with an invalid field, is refused as the contract says', async () => {
    const alice = await given.a_stranger(place.credentials, 'alice')
    then.it_is_refused(await when.they_list(service, { ...alice, headers: {} }, alice), 'unauthorized')
    then.it_is_refused(await when.they_send(service, alice, alice, ''), 'bad_field')
    then.it_is_refused(await when.they_list(service, alice, alice, 'limit=0'), 'out_of_range')
  })

  test('what is sent over HTTP or over a connection is pushed to the devices of both', async () => {
    const connect = a_device_at(socket, by_header)
    const [alice, bob] = [
      await given.a_stranger(place.credentials, 'alice'),
      await given.a_stranger(place.credentials, 'bob'),
    ]
    const [own, other] = [await connect(alice), await connect(bob)]
    for (const device of [own, other])
      expect(await device.says({ action: 'ping' })).toMatchObject({ type: 'pong', ping_seconds: 300 })
    const first = then.it_succeeds(await when.they_send(service, alice, bob, 'Hello, Bob!', '"one"'))
    const { message } = await other.says({ action: 'send', to: alice.id, text: 'Hello, Alice!' })
    const [ofAlice, ofBob] = [() => messagesOf(own), () => messagesOf(other)]
    await until('both are told of both', () => ofAlice().length === 2 && ofBob().length === 2)
    expect(ofAlice()).toEqual([
      { type: 'message', message: first, key: 'one' },
      { type: 'message', message },
    ])
    expect(ofBob()).toEqual([
      { type: 'message', message: first },
      { type: 'message', message },
    ])
    expect(message).toMatchObject({ from: bob.id, to: alice.id, text: 'Hello, Alice!' })
    await then.the_dialog_holds(service, alice, bob, ['Hello, Bob!', 'Hello, Alice!'])
    await Promise.all([own.close(), other.close()])
    const nobody = { ...alice, headers: { authorization: 'Bearer not.a.token' } }
    await expect(connect(nobody)).rejects.toThrow('refused')
  })

  test('a frame of over 32 KiB, which a gateway passes on, is refused, and the connection stays', async () => {
    const own = await a_device_at(socket, by_header)(await given.a_stranger(place.credentials, 'alice'))
    void own.says({ action: 'ping', more: 'x'.repeat(32_768) })
    expect(await own.hears('error')).toMatchObject({ code: 41302, message: 'The frame is over 32 KiB' })
    expect(await own.says({ action: 'ping' })).toMatchObject({ type: 'pong' })
    await own.close()
  })

  test('the oldest of 21 connections is told so, and closed', async () => {
    const [alice, connect] = [
      await given.a_stranger(place.credentials, 'alice'),
      a_device_at(socket, by_header),
    ]
    const oldest = await connect(alice)
    await oldest.says({ action: 'ping' })
    const others: Connected[] = []
    for (let count = 1; count <= 20; count += 1) {
      const other = await connect(alice)
      await other.says({ action: 'ping' })
      others.push(other)
    }
    expect(await oldest.hears('bye')).toMatchObject({ code: 4408 })
    expect(await oldest.closed).toBe(1000)
    expect(await others[0]?.says({ action: 'ping' })).toMatchObject({ type: 'pong' })
    await Promise.all(others.map((other) => other.close()))
  })

  test('the page is told where its WebSocket is', async () => {
    const { status, text, headers } = await service({ method: 'GET', path: '/' })
    expect([status, text.includes(`<meta name="socket" content="${socket}">`)]).toEqual([200, true])
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ${socket};`)
  })

  test('the service is alive and ready, and serves its contract', async () => {
    expect(then.it_succeeds(await service({ method: 'GET', path: '/health' }))).toEqual({ status: 'alive' })
    expect(then.it_succeeds(await service({ method: 'GET', path: '/ready' }))).toEqual({ status: 'ready' })
    const document = then.it_succeeds(await service({ method: 'GET', path: '/openapi.json' }))
    expect(document).toMatchObject({ openapi: '3.1.0' })
  })

  test('functions and gateway can be removed', async () => {
    expect(await cloud.functions()).toHaveLength(operationsWith({}).length + Object.keys(SOCKET).length)
    await run('remove')
    expect([await cloud.functions(), await cloud.gateways()]).toEqual([[], []])
    expect((await service({ method: 'GET', path: '/health' })).status).toBe(404)
  })
})
