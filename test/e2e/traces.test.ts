import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '../../dev/emulator.ts'
import { type Serving, startServing } from '../../dev/serving.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import { a_stranger_in, CONSUMER, its_span, PRODUCER, traceSentences } from '../sentences/traces.ts'
import * as when from '../sentences/when.ts'
import { a_collector, a_trace, attributesOf, type Collector } from '../world/collector.ts'
import { a_device_at } from '../world/device.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { overHttp } from '../world/service.ts'
import { until, until_it_holds } from '../world/until.ts'

const [REQUESTS, AT_ONCE] = [3_000, 20]

let setting: LocalSetting
let collector: Collector
beforeAll(async () => {
  setting = await a_local_setting()
  collector = await a_collector()
}, 120_000)
afterAll(async () => {
  await collector.stop()
  await setting.remove()
})
const variables = () => ({ ...setting.variables, ...collector.variables, PUSH: 'on' })
const EVERYTHING = { OTEL_TRACES_SAMPLER_ARG: '1' }
const linesOf = (text: string) =>
  text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))

describe('npm run serve, with the example that records traces,', () => {
  const peers = { PEER_SECRET: 'a secret that is shared by the two'.padEnd(40) }
  let [one, other]: Serving[] = []
  beforeAll(async () => {
    const start = (name: string) =>
      startServing({ ...variables(), ...EVERYTHING, ...peers }, 0, join(setting.directory, name))
    ;[one, other] = await Promise.all([start('one'), start('other')])
  }, 120_000)
  afterAll(() => Promise.all([one?.stop(), other?.stop()]))
  const url = (serving: Serving | undefined) => String(serving?.url)
  const logged = () => linesOf(readFileSync(join(setting.directory, 'one'), 'utf8'))

  traceSentences(() => ({
    service: overHttp(url(one)),
    credentials: setting.credentials,
    collector,
    logged,
  }))

  test('a push is followed to the instance at which its device is connected', async () => {
    const { traceId, traceparent } = a_trace()
    const alice = await a_stranger_in({ traceparent }, setting.credentials)
    const bob = await given.a_stranger(setting.credentials, 'bob')
    const device = await a_device_at(`${url(other).replace('http', 'ws')}/socket`)(bob)
    await device.says({ action: 'ping' })
    then.it_succeeds(await when.they_send(overHttp(url(one)), alice, bob, 'Are you there?'))
    await device.hears('message')
    const send = await its_span(collector, traceId, 'sendMessage')
    const pushes = () => collector.of(traceId).filter(({ name }) => name === 'push')
    await until('both spans of the push', () => pushes().length === 2)
    const here = pushes().find(({ kind }) => kind === PRODUCER)
    const there = pushes().find(({ kind }) => kind === CONSUMER)
    expect(here?.parentSpanId).toBe(send.spanId)
    expect(there?.parentSpanId).toBe(here?.spanId)
    for (const push of pushes()) expect(attributesOf(push)).toEqual({ 'dialogs.delivery': 'delivered' })
    await device.close()
  })
})

describe('npm run serve, with the example as it is,', () => {
  test('records about one request in a hundred, whatever its caller asks for, and logs the trace of each', async () => {
    const serving = await startServing(variables(), 0, join(setting.directory, 'as it is'))
    const service = overHttp(serving.url)
    const [counted, later] = [a_trace(), a_trace()]
    const ask = ({ traceparent }: typeof counted) =>
      Promise.all(
        Array.from({ length: AT_ONCE }, () =>
          service({ method: 'GET', path: '/health', headers: { traceparent } }),
        ),
      )
    for (let asked = 0; asked < REQUESTS; asked += AT_ONCE) await ask(counted)
    // Spans arrive in the order in which they have ended.
    await until_it_holds(async () => {
      await ask(later)
      return collector.of(later.traceId).length > 0
    })
    const recorded = collector.of(counted.traceId).length
    // By chance outside of this once in ten million runs.
    expect([recorded > 5, recorded < 80]).toEqual([true, true])
    await serving.stop()
    const lines = linesOf(readFileSync(join(setting.directory, 'as it is'), 'utf8'))
    expect(lines.filter((line) => line.trace_id === counted.traceId)).toHaveLength(REQUESTS)
  })
})

describe('the emulator, with the example that records traces,', () => {
  let emulator: Emulator
  const output: string[] = []
  beforeAll(async () => {
    emulator = await startEmulator({ ...variables(), ...EVERYTHING }, 0, (text) => void output.push(text))
  }, 120_000)
  afterAll(() => emulator.stop())

  traceSentences(() => ({
    service: overHttp(emulator.url),
    credentials: setting.credentials,
    collector,
    logged: () => linesOf(output.join('\n')),
  }))
})
