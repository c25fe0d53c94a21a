import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { CONTRACTS, operationsWith } from '../../bin/operations.ts'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import type { HttpResponse } from '../../lib/http/exchange.ts'
import { EVENT_KINDS } from '../fakes/events.ts'
import { dialogSentences } from '../sentences/dialog.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_deployed_service, archive_of, the_archives } from '../world/archives.ts'
import { a_place_to_serve } from '../world/keyspace.ts'
import { a_plain_process } from '../world/plain-process.ts'
import { until } from '../world/until.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures/events')
/** Of requests; those of connections are for lib/delivery. */
const fixtures = readdirSync(FIXTURES).filter(
  (name) => name.endsWith('.json') && !name.startsWith('websocket-'),
)

describe('the archives, unpacked into empty folders', () => {
  let packed: Awaited<ReturnType<typeof the_archives>>
  let place: Awaited<ReturnType<typeof a_place_to_serve>>
  let deployed: Awaited<ReturnType<typeof a_deployed_service>>

  beforeAll(async () => {
    ;[packed, place] = await Promise.all([the_archives(), a_place_to_serve()])
    deployed = await a_deployed_service(packed.archives, (archive) =>
      a_plain_process(archive, place.variables),
    )
  }, 120_000)
  afterAll(async () => {
    await deployed.stop()
    await packed.remove()
  })

  describe('are the service: in plain Node,', () => {
    dialogSentences(() => ({ service: deployed.service, credentials: place.credentials, firstMessages: 30 }))
  })

  test('contain the bundle and its map and nothing else, and find nothing else around them', () => {
    expect(packed.archives).toHaveLength(operationsWith({}).length)
    for (const { name, files, directory } of packed.archives) {
      expect(files.sort()).toEqual([`functions/${name}.mjs`, `functions/${name}.mjs.map`])
      const code = readFileSync(join(directory, 'functions', `${name}.mjs`), 'utf8')
      expect(code).not.toContain('node:sqlite')
      for (let folder = directory; folder !== dirname(folder); folder = dirname(folder)) {
        expect(existsSync(join(folder, 'node_modules'))).toBe(false)
      }
    }
  })

  test.each(fixtures)('serve the recorded event %s', async (fixture) => {
    const alice = await given.a_stranger(place.credentials, 'alice')
    const recorded = readFileSync(join(FIXTURES, fixture), 'utf8')
    const event = JSON.parse(recorded.replaceAll('TOKEN', String(alice.headers['authorization'])))
    if (!recorded.includes('TOKEN')) Object.assign(event.headers, alice.headers)
    const send = deployed.functions.find(({ contract }) => contract.operation === 'sendMessage')
    const reply = (await send?.handler(event)) as HttpResponse
    expect(reply).toMatchObject({ statusCode: 200, headers: { 'x-request-id': 'from-the-caller' } })
    expect(JSON.parse(reply.body)).toMatchObject({ from: alice.id, to: 'a/b%é', text: 'Hello, Bob!' })
  })

  test.each(EVENT_KINDS)('serve every operation for events of %s', async (kind) => {
    const service = deployed.by(kind)
    const alice = await given.a_stranger(place.credentials, 'alice')
    const bob = await given.a_stranger(place.credentials, 'b/ö%')
    for (const text of ['one', 'two']) then.it_succeeds(await when.they_send(service, alice, bob, text))
    await then.the_dialog_holds(service, bob, alice, ['one', 'two'])
    for (const path of ['/health', '/ready', '/openapi.json']) {
      then.it_succeeds(await service({ method: 'GET', path }))
    }
    expect(await service({ method: 'GET', path: '/' })).toMatchObject({
      status: 200,
      text: expect.stringContaining('<!doctype html>'),
    })
  })

  test('log a stack trace with our own files and lines', async () => {
    const nowhere = { CQL_PORT: String(await freePort('127.0.0.1')) }
    const archive = archive_of('checkReady', packed.archives)
    const ready = await a_plain_process(archive, { ...place.variables, ...nowhere })
    expect(await ready.handler({ version: '2.0', headers: {} })).toMatchObject({ statusCode: 503 })
    await ready.stop()
    await until('its line', () => ready.logged().length > 0)
    const [{ err }] = ready.logged()
    const [, line] = /lib\/store\/scylla\/connect\.ts:(\d+)/.exec(err.stack) ?? []
    const source = readFileSync(join(import.meta.dirname, '../../lib/store/scylla/connect.ts'), 'utf8')
    expect(source.split('\n')[Number(line) - 1]).toContain(
      "new Fault('database_unavailable', 'cannot connect",
    )
  })

  describe('come with a template that', () => {
    type Properties = Record<string, unknown>
    const resources = ({ template }: Pick<typeof packed, 'template'>, type: string) =>
      Object.values(template.Resources)
        .filter(({ Type }) => Type === type)
        .map(({ Properties }) => Properties as unknown as Properties)

    test('pins the runtime, keeps logs for 30 days, and reserves nothing', () => {
      const functions = resources(packed, 'AWS::Lambda::Function')
      expect(functions).toHaveLength(operationsWith({}).length)
      for (const one of functions) {
        expect(one).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Timeout: 10 })
        for (const absent of ['VpcConfig', 'ReservedConcurrentExecutions', 'Layers']) {
          expect(one).not.toHaveProperty(absent)
        }
      }
      const groups = resources(packed, 'AWS::Logs::LogGroup')
      expect(groups.map(({ RetentionInDays }) => RetentionInDays)).toEqual(functions.map(() => 30))
    })

    test('allows the functions to write their own logs, and nothing else', () => {
      const [role, ...others] = resources(packed, 'AWS::IAM::Role')
      expect(others).toEqual([])
      expect(role).not.toHaveProperty('ManagedPolicyArns')
      const policy = JSON.stringify(role?.['Policies'])
      const own = resources(packed, 'AWS::Logs::LogGroup').map(({ LogGroupName }) => LogGroupName)
      const granted = [...policy.matchAll(/"arn:[^"]*:log-group:([^"*]*):\*(:\*)?"/g)].map(
        ([, group]) => group,
      )
      expect(new Set(granted)).toEqual(new Set(own))
      expect(policy.match(/"arn:/g)).toHaveLength(granted.length)
      expect(policy).not.toContain('"*"')
      expect(policy.match(/"\w+:\w+"/g)?.filter((action) => !action.startsWith('"logs:'))).toEqual([])
    })

    test('limits the rate of readiness checks, which need no credential', () => {
      const [stage] = resources(packed, 'AWS::ApiGatewayV2::Stage')
      expect(stage?.['RouteSettings']).toEqual({
        'GET /ready': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
      })
      const routes = resources(packed, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey)
      expect(routes).toContain('GET /ready')
    })

    test('puts them into a private network, with those of accounts, if configured', async () => {
      const network = {
        ACCOUNTS: 'on',
        VPC: 'on',
        VPC_SUBNET_IDS: 'subnet-1,subnet-2',
        VPC_SECURITY_GROUP_IDS: 'sg-1',
      }
      const inside = await the_archives({ ...process.env, ...network })
      await inside.remove()
      expect(inside.archives).toHaveLength(CONTRACTS.length)
      for (const { VpcConfig } of resources(inside, 'AWS::Lambda::Function')) {
        expect(VpcConfig).toEqual({
          SubnetIds: { 'Fn::Split': [',', 'subnet-1,subnet-2'] },
          SecurityGroupIds: { 'Fn::Split': [',', 'sg-1'] },
        })
      }
      const [role] = resources(inside, 'AWS::IAM::Role')
      expect(JSON.stringify(role?.['ManagedPolicyArns'])).toContain('AWSLambdaVPCAccessExecutionRole')
    })
  })
})
