import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { freePort } from '../../../dev/database/cassandra/ports.ts'
import { sendMessageContract } from '../../../lib/contract/send-message.ts'
import { a_silent_proxy } from '../../fakes/silent-proxy.ts'
import { dialogSentences } from '../../sentences/dialog.ts'
import * as given from '../../sentences/given.ts'
import * as then from '../../sentences/then.ts'
import * as when from '../../sentences/when.ts'
import { a_deployed_service, archive_of, the_archives } from '../../world/archives.ts'
import { a_place_to_serve } from '../../world/keyspace.ts'
import { a_runtime, the_runtime_client } from '../../world/runtime.ts'
import { throughEvents } from '../../world/service.ts'
import { TWO_DEADLINES_MS, timed, until } from '../../world/until.ts'

const databasePort = () => Number(process.env['CQL_PORT'])

describe("in AWS's runtime client, from the archives, on a real CQL database,", () => {
  let packed: Awaited<ReturnType<typeof the_archives>>
  let place: Awaited<ReturnType<typeof a_place_to_serve>>
  let alice: given.Person
  let bob: given.Person

  /** All functions, with other variables if the test has any. */
  const deployed = (variables: Record<string, string> = {}) =>
    a_deployed_service(packed.archives, (archive) => a_runtime(archive, { ...place.variables, ...variables }))

  beforeAll(async () => {
    await the_runtime_client()
    ;[packed, place] = await Promise.all([the_archives(), a_place_to_serve()])
    alice = await given.a_stranger(place.credentials, 'alice')
    bob = await given.a_stranger(place.credentials, 'bob')
  }, 600_000)
  afterAll(() => packed.remove())

  const started: { stop: () => Promise<void> }[] = []
  afterEach(async () => {
    for (const { stop } of started.splice(0)) await stop()
  })

  const a_sender = async (variables: Record<string, string>) => {
    const archive = archive_of('sendMessage', packed.archives)
    const runtime = await a_runtime(archive, { ...place.variables, ...variables })
    started.push(runtime)
    const { handler } = runtime
    return { ...runtime, service: throughEvents([{ contract: sendMessageContract, handler }]) }
  }

  /** Checks that the reply comes in time, and returns it. */
  const in_time = async <T>(work: Promise<T>): Promise<T> => {
    const { result, tookMs } = await timed(work)
    expect(tookMs).toBeLessThan(TWO_DEADLINES_MS)
    return result
  }

  describe('the sentences hold:', () => {
    let functions: Awaited<ReturnType<typeof deployed>>
    beforeAll(async () => {
      functions = await deployed()
    })
    afterAll(() => functions.stop())
    dialogSentences(() => ({ service: functions.service, credentials: place.credentials, firstMessages: 30 }))
  })

  describe('after a freeze of 60 s, in which the connections to the database', () => {
    const FREEZE_MS = 60_000
    let frozen: Record<'silenceAll' | 'resetAll', Awaited<ReturnType<typeof a_used_service>>>

    /** A service through a proxy, in use: each function has its connections and prepared statements. */
    const a_used_service = async () => {
      const proxy = await a_silent_proxy(databasePort())
      const { service, functions, stop } = await deployed({ CQL_PORT: String(proxy.port) })
      const eve = await given.a_stranger(place.credentials, 'eve')
      then.it_succeeds(await when.they_send(service, alice, eve, 'before'))
      await then.the_dialog_holds(service, alice, eve, ['before'])
      then.it_succeeds(await service({ method: 'GET', path: '/ready' }))
      return { proxy, service, functions, stop, eve }
    }

    beforeAll(async () => {
      const [silenceAll, resetAll] = await Promise.all([a_used_service(), a_used_service()])
      frozen = { silenceAll, resetAll }
      const functions = [...silenceAll.functions, ...resetAll.functions]
      for (const { freeze } of functions) freeze()
      silenceAll.proxy.silenceAll()
      resetAll.proxy.resetAll()
      await sleep(FREEZE_MS)
      for (const { thaw } of functions) thaw()
    }, FREEZE_MS + 60_000)
    afterAll(async () => {
      for (const { stop, proxy } of Object.values(frozen)) {
        await stop()
        await proxy.close()
      }
    })

    test.each([
      ['went silent', 'silenceAll'],
      ['were reset', 'resetAll'],
    ] as const)('%s, the next invocation of each function succeeds in time', async (_, fate) => {
      const { service, eve } = frozen[fate]
      then.it_succeeds(await in_time(when.they_send(service, alice, eve, 'after')))
      then.it_succeeds(await in_time(when.they_list(service, alice, eve)))
      then.it_succeeds(await in_time(service({ method: 'GET', path: '/ready' })))
      await then.the_dialog_holds(service, alice, eve, ['before', 'after'])
    })
  })

  test('a function whose first connect fails answers with 503, lives on, and serves once the database is there', async () => {
    const port = await freePort('127.0.0.1')
    const send = await a_sender({ CQL_PORT: String(port) })
    for (const text of ['refused', 'refused again']) {
      const reply = await in_time(when.they_send(send.service, alice, bob, text))
      then.it_is_refused(reply, 'database_unavailable')
    }
    expect(send.hasEnded()).toBe(false)
    const database = await a_silent_proxy(databasePort(), port)
    then.it_succeeds(await in_time(when.they_send(send.service, alice, bob, 'accepted')))
    await until('a line for each invocation', () => send.logged().length >= 3)
    expect(send.logged().map(({ status }) => status)).toEqual([503, 503, 200])
    await database.close()
  })

  test('one environment with many concurrent invocations answers each with its own reply, and logs one line for each', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `call-${index}`)
    const send = await a_sender({
      AWS_LAMBDA_MAX_CONCURRENCY: '16',
      AWS_LAMBDA_NODEJS_WORKER_COUNT: '4',
      // Each worker waits for work on a thread of Node's pool: of the default four threads none would be left.
      UV_THREADPOOL_SIZE: '8',
    })
    const began = performance.now()
    await Promise.all(
      ids.map(async (id) => {
        const caller = { ...alice, headers: { ...alice.headers, 'x-request-id': id } }
        const to = await given.a_stranger(place.credentials, 'bob')
        const reply = await when.they_send(send.service, caller, to, `text of ${id}`)
        expect(then.it_succeeds(reply)).toMatchObject({ to: to.id, text: `text of ${id}` })
        expect(reply.headers['x-request-id']).toBe(id)
      }),
    )
    const tookMs = performance.now() - began
    // Each is written before its reply, but on a pipe of its own.
    await until('a line for each invocation', () => send.logged().length >= ids.length)
    const lines = send.logged()
    expect(lines.map(({ request_id }) => request_id).sort()).toEqual([...ids].sort())
    const workedMs = lines.reduce((sum, { duration_ms }) => sum + duration_ms, 0)
    expect(workedMs).toBeGreaterThan(2 * tookMs)
    expect(send.mostAtOnce()).toBe(16)
  })
})
