import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { openMetrics } from '../../lib/metrics/prometheus.ts'
import { CLOSE_CODES } from '../../lib/model/frame.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'
import { a_service_that_pushes } from '../fakes/connections.ts'
import { quickPasswords } from '../fakes/quick-passwords.ts'
import { two_people_in_memory } from '../fakes/two-people.ts'
import {
  a_service_with_accounts,
  a_user,
  our_accounts,
  PASSWORD,
  signed_in,
  they_change_their_password,
  they_refresh,
  they_sign_in,
} from '../sentences/accounts.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { countsOf, measured, seriesOf, valueIn } from '../world/measured.ts'
import { inProcess } from '../world/service.ts'
import { an_open_client, type SocketsServed, sockets_served } from '../world/sockets-served.ts'
import { until_it_holds } from '../world/until.ts'

describe('statements', () => {
  test.each([
    ['done', undefined, 'insertMessage done', 1],
    ['certainly not written', 'database_unavailable', 'insertMessage not_written', 1],
    ['in doubt', 'write_in_doubt', 'insertMessage in_doubt', 1],
  ] as const)('that are %s are counted as such, with their duration', async (_, kind, counted, times) => {
    const { app, alice, bob } = await two_people_in_memory()
    const counting = measured(app)
    app.memory.before = (statement) => {
      if (kind && statement === 'insertMessage') throw new Fault(kind, 'as the test says')
    }
    await when.they_send(inProcess(app), alice, bob, 'Hello')
    expect(await countsOf(counting, 'dialogs_statements_total')).toMatchObject({ [counted]: times })
    const name = 'dialogs_statement_duration_seconds_count'
    expect(valueIn(await counting.series(), name, { statement: 'insertMessage' })).toBe(times)
  })
})

test('time buckets that are opened, and lanes and partitions, are counted as a dialog gets hot', async () => {
  const { app, alice, bob } = await two_people_in_memory({ ...DEFAULT_RULES, bucketRows: 1 })
  const counting = measured(app)
  const service = inProcess(app)
  then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
  then.it_succeeds(await when.they_list(service, alice, bob))
  then.it_succeeds(await when.they_look(service, alice))
  const series = await counting.series()
  expect(await countsOf(counting, 'dialogs_openings_total')).toEqual({ even: 1 })
  for (const name of ['lanes', 'page_partitions', 'inbox_bucket_rows'])
    expect([name, valueIn(series, `dialogs_${name}_count`)]).toEqual([name, 1])
  expect(valueIn(series, 'dialogs_clock_offset_seconds')).toBeCloseTo(0, 0)
})

test('attempts to sign in, refreshed tokens and withdrawals are counted by their outcome', async () => {
  const app = a_service_with_accounts(our_accounts(), quickPasswords)
  const counting = measured(app)
  const service = inProcess(app)
  const id = await a_user(service)
  for (let attempt = 0; attempt < 6; attempt += 1) await they_sign_in(service, { id, password: 'wrong' })
  const other = await a_user(service)
  const alice = await signed_in(service, other, true)
  app.memory.before = () => {
    throw new Fault('database_unavailable', 'gone')
  }
  await they_sign_in(service, { id: other, password: PASSWORD })
  await they_refresh(service, { refresh_token: alice.refreshToken })
  app.memory.before = () => undefined
  expect(await countsOf(counting, 'dialogs_sign_ins_total')).toEqual({
    succeeded: 1,
    refused: 5,
    too_many: 1,
    failed: 1,
  })
  await they_refresh(service, { refresh_token: alice.refreshToken })
  await they_refresh(service, { refresh_token: 'none' })
  expect(await countsOf(counting, 'dialogs_refreshes_total')).toEqual({ failed: 1, kept: 1, refused: 1 })
  const next = { password: PASSWORD, new_password: `${PASSWORD} staple` }
  then.it_succeeds(await they_change_their_password(service, alice, next))
  const again = await signed_in(service, other, false, next.new_password)
  then.it_is_done(await when.they_revoke(service, again))
  expect(await countsOf(counting, 'dialogs_withdrawals_total')).toEqual({ all: 1, token: 1 })
})

test('pushes are counted by their outcome, and the delay of those that were delivered', async () => {
  const { app, gateway, service, alice, bob } = await a_service_that_pushes()
  const counting = measured(app)
  const [here, gone] = [await gateway.connected(bob.headers), await gateway.connected(bob.headers)]
  const { reached: push } = app
  if (!push) throw new Error('nothing is pushed')
  const { post } = push.wire
  push.wire.post = async (device, ...more) => (device.id === gone.id ? 'gone' : post(device, ...more))
  then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
  expect(here.told).toHaveLength(1)
  expect(await countsOf(counting, 'dialogs_pushes_total')).toEqual({ delivered: 1, gone: 1 })
  expect(valueIn(await counting.series(), 'dialogs_push_delay_seconds_count')).toBe(1)
})

describe('WebSockets', () => {
  let server: SocketsServed
  let registry: ReturnType<typeof openMetrics>['registry']
  beforeEach(async () => {
    const opened = openMetrics()
    registry = opened.registry
    server = await sockets_served({}, opened.metrics)
  })
  afterEach(() => server.stop())

  const series = async () => seriesOf(await registry.metrics())
  const areOpen = (count: number) =>
    until_it_holds(async () => valueIn(await series(), 'dialogs_sockets') === count)

  test('that are open are counted', async () => {
    expect(valueIn(await series(), 'dialogs_sockets')).toBe(0)
    const clients = [await an_open_client(server.url), await an_open_client(server.url)]
    await areOpen(2)
    clients[0]?.ws.close()
    await areOpen(1)
    clients[1]?.ws.close()
    await areOpen(0)
  })

  test.each([
    ['client', ({ ws }) => ws.close(4000)],
    ['lost', ({ ws }) => ws.terminate()],
    ['not_allowed', ({ ws }) => ws.send(Buffer.from('binary'))],
    ['not_allowed', ({ ws }) => ws.send('x'.repeat(40_000))],
    ['unauthorized', () => server.sockets.close(server.connectionId(), '{}', CLOSE_CODES.unauthorized)],
    ['replaced', () => server.sockets.close(server.connectionId(), '{}', CLOSE_CODES.replaced)],
    ['too_many_frames', ({ ws }) => Array.from({ length: 200 }, () => ws.send('a'))],
  ] as [string, (client: Awaited<ReturnType<typeof an_open_client>>) => unknown][])(
    'that end are counted by their reason: %s',
    async (reason, end) => {
      const client = await an_open_client(server.url)
      await areOpen(1)
      end(client)
      await client.closed
      await areOpen(0)
      expect(await countsOf({ series }, 'dialogs_socket_closes_total')).toEqual({ [reason]: 1 })
    },
  )
})
