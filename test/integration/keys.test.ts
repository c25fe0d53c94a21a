import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { type App, openApp } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import { dialogIdOf, type UserId } from '../../lib/model/ids.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import { bucketOf } from '../../lib/timeline/bucket.ts'
import { a_silent_proxy } from '../fakes/silent-proxy.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_service_on_the_database } from '../world/keyspace.ts'
import { inProcess, type Service } from '../world/service.ts'
import { TWO_DEADLINES_MS, timed } from '../world/until.ts'

const INSTANCES = 4
const quiet = openLog({ write: () => undefined })

describe('a message with a key, on a real database', () => {
  let setting: Awaited<ReturnType<typeof a_service_on_the_database>>
  let apps: App[]
  let services: Service[]
  let database: Database

  beforeAll(async () => {
    setting = await a_service_on_the_database()
    apps = Array.from({ length: INSTANCES }, () => openApp(setting.variables, quiet))
    services = apps.map((app) => inProcess(app))
    const config = readDatabaseConfig(setting.variables)
    database = await connect(config, config.keyspace)
  })
  afterAll(async () => {
    await Promise.all([setting, database, ...apps].map((one) => one.close()))
  })

  const strangers = async () => ({
    alice: await given.a_stranger(setting.credentials, 'alice'),
    bob: await given.a_stranger(setting.credentials, 'bob'),
  })

  test('that is sent through several instances at once, again and again, is one message, with one id', async () => {
    const { alice, bob } = await strangers()
    for (let round = 0; round < 5; round += 1) {
      const replies = await Promise.all(
        services.flatMap((service) =>
          Array.from({ length: 3 }, () =>
            when.they_insist(service, alice, bob, `round ${round}`, `key-${round}`),
          ),
        ),
      )
      const ids = replies.map((reply) => then.it_succeeds<when.SentMessage>(reply).id)
      expect(new Set(ids).size).toBe(1)
    }
    const texts = Array.from({ length: 5 }, (_, round) => `round ${round}`)
    await then.the_dialog_holds(setting.service, alice, bob, texts)
  })

  test('is the same message even if the timeline has moved on since', async () => {
    const { alice, bob } = await strangers()
    const [first, second] = services as [Service, Service]
    const sent = then.it_succeeds(await when.they_send(first, alice, bob, 'first', 'k'))
    const bucket = bucketOf({ openedAtSeconds: Math.floor(Date.now() / 1000), lanes: 4 })
    const dialog = dialogIdOf(alice.id as UserId, bob.id as UserId)
    const insert = 'INSERT INTO buckets (dialog_id, bucket, visible_from) VALUES (?, ?, ?)'
    await database.throughOneCoordinator()(insert, [dialog, bucket, new Date()])
    then.it_succeeds(await when.they_send(second, bob, alice, 'second'))
    expect(then.it_succeeds(await when.they_send(second, alice, bob, 'first', 'k'))).toEqual(sent)
    await then.the_dialog_holds(setting.service, alice, bob, ['first', 'second'])
  })

  test('whose claim was taken but never confirmed is one message when it is sent again', async () => {
    const { alice, bob } = await strangers()
    const proxy = await a_silent_proxy(Number(process.env['CQL_PORT']))
    const app = openApp({ ...setting.variables, CQL_PORT: String(proxy.port) }, quiet)
    const service = inProcess(app)
    try {
      then.it_succeeds(await when.they_send(service, alice, bob, 'before', 'some-key'))
      const key = randomUUID()
      proxy.swallowReplyTo(key)
      const attempt = when.they_send(service, alice, bob, 'swallowed', key)
      const { result: doubtful, tookMs } = await timed(attempt)
      expect(tookMs).toBeLessThan(TWO_DEADLINES_MS)
      expect(doubtful.status).toBe(503)
      const find =
        'SELECT message_id, TTL(message_id) AS ttl FROM send_claims WHERE sender_id = ? AND idempotency_key = ?'
      const { rows } = await database.throughOneCoordinator()(find, [alice.id, key])
      const [claim] = rows as unknown as { message_id: unknown; ttl: number }[]
      expect(claim?.ttl).toBeGreaterThan(2 * 86_400 - 60)
      expect(claim?.ttl).toBeLessThanOrEqual(2 * 86_400)
      const again = await when.they_send(setting.service, alice, bob, 'swallowed', key)
      expect(then.it_succeeds<when.SentMessage>(again).id).toBe(String(claim?.message_id))
      await then.the_dialog_holds(setting.service, alice, bob, ['before', 'swallowed'])
    } finally {
      await app.close()
      await proxy.close()
    }
  })
})
