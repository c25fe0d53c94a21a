import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_service_on_the_database } from '../world/keyspace.ts'
import { a_secured_node } from '../world/secured-node.ts'
import type { HttpReply } from '../world/service.ts'
import { TWO_DEADLINES_MS, timed } from '../world/until.ts'

const PASSWORD = randomUUID()
const run = promisify(execFile)
/** Attempts to connect are at most 3 s apart. A backoff of a minute, as drivers have by default, takes longer. */
const RECOVERY_MS = 30_000

describe('a database with TLS and passwords', () => {
  let node: Awaited<ReturnType<typeof a_secured_node>>
  let setting: Awaited<ReturnType<typeof a_service_on_the_database>>
  let variables: Record<string, string>
  let alice: given.Person
  let bob: given.Person

  beforeAll(async () => {
    node = await a_secured_node()
    const superuser = await connect(readDatabaseConfig(node.variables))
    await superuser.throughOneCoordinator()(
      `CREATE ROLE dialogs WITH PASSWORD = '${PASSWORD}' AND LOGIN = true AND SUPERUSER = true`,
    )
    await superuser.close()
    variables = { ...node.variables, CQL_USERNAME: 'dialogs', CQL_PASSWORD: PASSWORD }
    setting = await a_service_on_the_database(variables)
    alice = await given.a_stranger(setting.credentials, 'alice')
    bob = await given.a_stranger(setting.credentials, 'bob')
  }, 120_000)
  afterAll(async () => {
    await setting.close()
    await node.remove()
  })

  /** Requests of every kind at the same time: each is answered in time, all but health with 503. */
  const everyRequestIsRefusedInTime = async (from: given.Person, to: given.Person) => {
    const get = (path: string) => timed(setting.service({ method: 'GET', path }))
    const [health, ready, ...requests] = await Promise.all([
      get('/health'),
      get('/ready'),
      ...Array.from({ length: 5 }, async () => {
        const text = `lost message ${randomUUID()}`
        const outcome = await timed(when.they_send(setting.service, from, to, text))
        remember(text, outcome.result)
        return outcome
      }),
      ...Array.from({ length: 5 }, () => timed(when.they_list(setting.service, alice, bob))),
    ])
    then.it_succeeds(health?.result as HttpReply)
    for (const { result: reply, tookMs } of [ready as Awaited<ReturnType<typeof get>>, ...requests]) {
      expect([50301, 50302]).toContain(JSON.parse(reply.text).code)
      expect(reply.status).toBe(503)
      expect(reply.headers['retry-after']).toMatch(/^\d+$/)
      expect(tookMs).toBeLessThan(TWO_DEADLINES_MS)
    }
  }

  /**
   * Repeats requests until sends, lists and readiness have all been served five times in a row; every reply meanwhile
   * is a proper one. Returns the texts that were acknowledged.
   */
  const servedAgainSoon = async (from: given.Person, to: given.Person) => {
    const acknowledged: string[] = []
    const began = performance.now()
    let streakBegan = began
    for (let streak = 0, round = 0; streak < 5; round += 1) {
      const text = `after ${round} ${randomUUID()}`
      const replies = await Promise.all([
        timed(when.they_send(setting.service, from, to, text)),
        timed(when.they_list(setting.service, from, to)),
        timed(setting.service({ method: 'GET', path: '/ready' })),
      ])
      const statuses = replies.map(({ result }) => result.status)
      expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
      expect(Math.max(...replies.map(({ tookMs }) => tookMs))).toBeLessThan(TWO_DEADLINES_MS)
      if (statuses[0] === 200) acknowledged.push(text)
      remember(text, replies[0].result)
      streak = statuses.includes(503) ? 0 : streak + 1
      if (streak === 0) streakBegan = performance.now()
      expect(streakBegan - began).toBeLessThan(RECOVERY_MS)
    }
    return acknowledged
  }

  const notStored: string[] = []
  const remember = (text: string, { text: body }: HttpReply) => {
    if (JSON.parse(body).code === 50301) notStored.push(text)
  }

  /** A message whose write was in doubt may be there as well; none is there twice, nor one reported as "not stored". */
  const nothingIsLost = async (one: given.Person, other: given.Person, acknowledged: string[]) => {
    const listed = (await when.they_list_everything(setting.service, one, other)).map(({ text }) => text)
    expect(acknowledged.filter((text) => !listed.includes(text))).toEqual([])
    expect(new Set(listed).size).toBe(listed.length)
    expect(notStored.length).toBeGreaterThan(0)
    expect(listed.filter((text) => notStored.includes(text))).toEqual([])
  }

  test('is reached with the right password and certificate authority, and not without either', async () => {
    const migrate = (change: Record<string, string>) =>
      run(process.execPath, ['bin/migrate.ts'], { env: { ...process.env, ...variables, ...change } })
    const wrong = [
      { CQL_PASSWORD: 'wrong' },
      { CQL_USERNAME: '', CQL_PASSWORD: '' },
      { CQL_TLS: 'off', CQL_TLS_CA: '' },
      { CQL_TLS_CA: '' },
    ]
    for (const change of wrong)
      await expect(migrate(change)).rejects.toThrow('error: cannot connect to the database')
    expect((await migrate({})).stdout).toContain('is at version')
  })

  test('killed and started again: requests are refused in time, then served again, and nothing acknowledged is lost', async () => {
    then.it_succeeds(await when.they_send(setting.service, alice, bob, 'kept message'))
    await node.kill()
    await everyRequestIsRefusedInTime(alice, bob)
    await everyRequestIsRefusedInTime(alice, bob)
    await node.startAgain()
    const acknowledged = await servedAgainSoon(alice, bob)
    await nothingIsLost(alice, bob, ['kept message', ...acknowledged])
  })

  test('frozen under requests: they are refused in time, then served again, and nothing acknowledged is lost', async () => {
    const [carol, dave] = [
      await given.a_stranger(setting.credentials),
      await given.a_stranger(setting.credentials),
    ]
    then.it_succeeds(await when.they_send(setting.service, carol, dave, 'kept message'))
    node.pause()
    await everyRequestIsRefusedInTime(carol, dave)
    await everyRequestIsRefusedInTime(carol, dave)
    node.resume()
    const acknowledged = await servedAgainSoon(carol, dave)
    await nothingIsLost(carol, dave, ['kept message', ...acknowledged])
  })

  test('never brings a text or a secret into the log, whatever fails', () => {
    const log = setting.lines.join('')
    expect(log).toContain('"status":503')
    const credential = String(alice.headers['authorization']?.slice(7))
    const secrets = ['lost message', 'kept message', PASSWORD, credential]
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([])
  })
})
