import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '../../dev/emulator.ts'
import { startCall } from '../../lib/call.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_copy } from '../world/a-copy.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { type HttpReply, overHttp, type Service } from '../world/service.ts'

const BUILDS = 2
/** Functions that use the database, each with one connection to its one node. */
const CONNECTIONS = 3

describe('the emulator, in a copy of the repository whose code changes,', () => {
  let setting: LocalSetting
  let database: Database
  const { directory: copy, remove } = a_copy()
  let emulator: Emulator
  let service: Service
  let alice: given.Person

  beforeAll(async () => {
    setting = await a_local_setting()
    const variables = { ...setting.variables, SENDS_PER_SECOND: '0' }
    emulator = await startEmulator(variables, 0, () => undefined, 'shared', copy)
    service = overHttp(emulator.url)
    alice = await given.a_stranger(setting.credentials, 'alice')
    database = await connect(readDatabaseConfig(setting.variables))
  }, 120_000)
  afterAll(async () => {
    await database.close()
    await emulator.stop()
    await setting.remove()
    remove()
  })

  const change = (file: string, before: string | RegExp, after: string) => {
    const text = readFileSync(join(copy, file), 'utf8')
    expect(text).toMatch(before)
    writeFileSync(join(copy, file), text.replace(before, after))
  }
  /** The first reply that meets the condition. */
  const health_once = async (isSo: (reply: HttpReply) => boolean) => {
    for (;;) {
      const reply = await service({ method: 'GET', path: '/health' })
      if (isSo(reply)) return reply
    }
  }
  const connections = async () => {
    const execute = database.within(startCall(5_000))
    const cql = 'SELECT keyspace_name FROM system_views.clients'
    const { rows } = await execute({ kind: 'read', cql }, [])
    return rows.filter((row) => row['keyspace_name'] === setting.variables['CQL_KEYSPACE']).length
  }

  test('answers with the new code, drops no request, and leaves no connection of the old code open', async () => {
    let sent = 0
    for (let build = 0; build < BUILDS; build += 1) {
      change('lib/http/exchange.ts', /\['cache-control'\] = '.*?'/, `['cache-control'] = 'build=${build}'`)
      const replaced = health_once(({ headers }) => headers['cache-control'] === `build=${build}`)
      let isReplaced = false
      replaced.then(() => {
        isReplaced = true
      })
      for (; !isReplaced; sent += 1)
        then.it_succeeds(await when.they_send(service, alice, alice, `message ${sent}`))
      then.it_succeeds(await service({ method: 'GET', path: '/ready' }))
    }
    expect(await when.they_list_everything(service, alice, alice, 200)).toHaveLength(sent)
    while ((await connections()) > CONNECTIONS);
  })

  test('answers with a 500 for a function that throws, and calls it again once it is repaired', async () => {
    const file = join(copy, 'functions/check-health.ts')
    const whole = readFileSync(file, 'utf8')
    writeFileSync(file, 'export const handler = async () => { throw new Error("as the test says") }\n')
    then.it_is_refused(await health_once(({ status }) => status !== 200), 'bug')
    writeFileSync(file, whole)
    expect((await health_once(({ status }) => status === 200)).text).toBe('{"status":"alive"}')
  })
})
