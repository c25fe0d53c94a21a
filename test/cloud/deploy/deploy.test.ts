import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { operationsWith } from '../../../bin/operations.ts'
import { finish } from '../../../dev/process.ts'
import { serverless } from '../../../dev/serverless.ts'
import { packArchives } from '../../../lab/lambda/archives.ts'
import * as given from '../../sentences/given.ts'
import * as then from '../../sentences/then.ts'
import * as when from '../../sentences/when.ts'
import { a_cloud } from '../../world/cloud.ts'
import { a_place_to_serve } from '../../world/keyspace.ts'
import { overHttp, type Service } from '../../world/service.ts'

describe('deployed to an emulated AWS account, over its gateway, on a real CQL database', () => {
  let cloud: Awaited<ReturnType<typeof a_cloud>>
  let place: Awaited<ReturnType<typeof a_place_to_serve>>
  let directory: string
  let service: Service

  /** Runs the framework, with the configuration of the service and of the account in its environment. */
  const run = async (...words: string[]) => {
    const { command, args, cwd, variables, cleanUp } = serverless(words)
    const env = { ...process.env, ...place.variables, ...cloud.variables, ...variables }
    await finish(command, args, { cwd, env }).finally(cleanUp)
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialogs-deploy-'))
    ;[cloud, place] = await Promise.all([a_cloud(), a_place_to_serve()])
    await packArchives(directory, { ...process.env, ...place.variables, ...cloud.variables })
    await run('deploy', '--package', directory)
    const [api] = await cloud.gateways()
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

  test('the service is alive and ready, and serves its contract', async () => {
    expect(then.it_succeeds(await service({ method: 'GET', path: '/health' }))).toEqual({ status: 'alive' })
    expect(then.it_succeeds(await service({ method: 'GET', path: '/ready' }))).toEqual({ status: 'ready' })
    const document = then.it_succeeds(await service({ method: 'GET', path: '/openapi.json' }))
    expect(document).toMatchObject({ openapi: '3.1.0' })
  })

  test('functions and gateway can be removed', async () => {
    expect(await cloud.functions()).toHaveLength(operationsWith({}).length)
    await run('remove')
    expect([await cloud.functions(), await cloud.gateways()]).toEqual([[], []])
    expect((await service({ method: 'GET', path: '/health' })).status).toBe(404)
  })
})
