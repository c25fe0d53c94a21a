import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Serving, startServing } from '../../dev/serving.ts'
import { startCall } from '../../lib/call.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { type DialogId, dialogIdOf, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import { GENESIS } from '../../lib/timeline/bucket.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { overHttp, type Service } from '../world/service.ts'

const run = promisify(execFile)
const AT_ONCE = 256
const MOST_MB = 512
/** The heap that Node uses in a container of 512 MB. */
const HEAP = '--max-old-space-size=256'
const LONGEST = '\u{1f680}'.repeat(4_096)
const MESSAGES = 1_201

describe('a process of 512 MB', () => {
  let setting: LocalSetting
  let serving: Serving
  let service: Service
  let alice: given.Person
  let bob: given.Person

  beforeAll(async () => {
    setting = await a_local_setting()
    alice = await given.a_stranger(setting.credentials, 'alice')
    bob = await given.a_stranger(setting.credentials, 'bob')
    await store_the_longest_messages()
    serving = await startServing(
      { ...setting.variables, NODE_OPTIONS: HEAP },
      0,
      join(setting.directory, 'log'),
    )
    service = overHttp(serving.url)
  }, 120_000)
  afterAll(async () => {
    await serving.stop()
    await setting.remove()
  })

  const store_the_longest_messages = async () => {
    const config = readDatabaseConfig(setting.variables)
    const database = await connect(config, config.keyspace)
    const store = storeOn(database.within(startCall(100_000)))
    const [from, to] = [alice.id as UserId, bob.id as UserId]
    const dialog: DialogId = dialogIdOf(from, to)
    const began = Date.now() - 3_600_000
    const left = Array.from({ length: MESSAGES }, (_, count) => began + count).values()
    const write = async () => {
      for (const unixMs of left) {
        const id = messageIdAt(unixMs, new Uint8Array(10))
        await store.insertMessage(dialog, GENESIS, { id, from, to, text: LONGEST })
      }
    }
    await Promise.all(Array.from({ length: 16 }, write))
    await database.close()
  }

  const residentMb = async () => {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(serving.pid)])
    return Number(stdout) / 1_024
  }

  test.each(['limit=200', 'limit=200&offset=1000'])(
    'survives 256 requests at once for pages of the longest texts, and answers each: %s',
    async (query) => {
      let isOver = false
      let most = 0
      const watching = (async () => {
        while (!isOver) {
          most = Math.max(most, await residentMb())
          await sleep(20)
        }
      })()
      const replies = await Promise.all(
        Array.from({ length: AT_ONCE }, () => when.they_list(service, alice, bob, query)),
      )
      isOver = true
      await watching
      const shown = replies.filter(({ status }) => status === 200)
      for (const reply of replies.filter(({ status }) => status !== 200)) {
        // On a busy machine the database may be the one that does not answer in time.
        const isTooLate = JSON.parse(reply.text).code === PROBLEMS.database_unavailable.code
        then.it_is_refused(reply, isTooLate ? 'database_unavailable' : 'overloaded')
      }
      expect(shown.length).toBeGreaterThan(0)
      for (const { text } of shown) expect(JSON.parse(text)).toHaveLength(200)
      expect(most).toBeLessThan(MOST_MB)
      then.it_succeeds(await when.they_list(service, alice, bob, 'limit=1'))
    },
  )
})
