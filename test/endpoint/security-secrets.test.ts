import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { openApp } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import { overheard } from '../fakes/overheard.ts'
import { dialogSentences } from '../sentences/dialog.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { type ServedInMemory, served_in_memory } from '../world/served-in-memory.ts'
import { inProcess } from '../world/service.ts'

const found = (secrets: Iterable<string>, text: string) =>
  [...secrets].filter((secret) => text.includes(secret))

describe('in everything that is logged and replied in a run of all sentences, and in failures after it,', () => {
  let server: ServedInMemory
  let heard: ReturnType<typeof overheard>

  beforeAll(async () => {
    server = await served_in_memory()
    heard = overheard(server.service)
  })
  afterAll(() => server.stop())

  dialogSentences(() => ({ service: heard.service, credentials: server.credentials, firstMessages: 20 }))

  test.each([
    ['a bug', () => new TypeError('no such property')],
    ['a database that is gone', () => new Error('connection refused')],
  ])('%s is described in the log only', async (_, failure) => {
    server.app.memory.before = () => {
      throw failure()
    }
    const sent = await when.they_send(
      heard.service,
      server.alice,
      server.bob,
      'said in a failure',
      '"a key of mine"',
    )
    then.it_is_refused(sent, 'bug')
    expect(sent.text).not.toContain(failure().message)
    expect(server.app.lines.at(-1)).toContain(failure().message)
    server.app.memory.before = () => undefined
  })

  test('no line of the log has a text, a key or part of a credential, and no reply has a credential', () => {
    const log = server.app.lines.join('')
    const replies = (all: object[]) => JSON.stringify(all)
    expect([heard.credentials.size, heard.words.size].map((count) => count > 10)).toEqual([true, true])
    expect(heard.refusals.length).toBeGreaterThan(10)
    expect(found([...heard.words, ...heard.credentials], log)).toEqual([])
    expect(found(heard.words, replies(heard.refusals))).toEqual([])
    expect(found(heard.credentials, replies([...heard.refusals, ...heard.successes]))).toEqual([])
  })
})

describe('its own configuration', () => {
  const PLANTED = {
    CQL_USERNAME: 'planted-username',
    CQL_PASSWORD: 'planted-password',
    AUTH_GATEWAY_SECRET: 'planted-gateway-secret',
    AUTH_GATEWAY_SECRET_PREVIOUS: 'planted-previous-secret',
  }
  const served = async (variables: Record<string, string>) => {
    const lines: string[] = []
    const app = openApp(variables, openLog({ write: (line) => void lines.push(line) }))
    const headers = { 'x-user-id': 'alice', 'x-gateway-secret': PLANTED.AUTH_GATEWAY_SECRET }
    const alice = { id: 'alice', headers }
    const service = inProcess(app)
    const replies = [
      await when.they_send(service, alice, alice, 'a'),
      await when.they_list(service, alice, alice),
      await service({ method: 'GET', path: '/ready' }),
      await when.they_list(
        service,
        { id: 'eve', headers: { ...headers, 'x-gateway-secret': 'guessed-by-eve-1' } },
        alice,
      ),
    ]
    await app.close()
    const said = lines.join('') + JSON.stringify(replies)
    expect(said).toContain('"status":503')
    expect(found([...Object.values(PLANTED), 'guessed-by-eve-1'], said)).toEqual([])
    return replies
  }

  test('is not exposed, in the log or in a reply, while the database cannot be reached', async () => {
    const [sent] = await served({
      AUTH_MODE: 'gateway',
      CQL_CONTACT_POINTS: '127.0.0.1',
      CQL_PORT: String(await freePort('127.0.0.1')),
      ...PLANTED,
    })
    then.it_is_refused(sent as never, 'database_unavailable')
  })

  test.each([
    { CQL_PORT: 'planted-password' },
    { AUTH_MODE: 'planted-gateway-secret' },
    { CQL_TLS_CA: 'planted-password' },
    { CQL_USERNAME: '' },
    { CQL_REPLICATION: 'planted-password' },
  ])('is not exposed if it is wrong: %j', async (wrong) => {
    const variables = { AUTH_MODE: 'gateway', CQL_CONTACT_POINTS: '127.0.0.1', ...PLANTED, ...wrong }
    const [sent] = await served(variables)
    then.it_is_refused(sent as never, 'misconfigured')
  })

  test('is not exposed if it has a private key instead of public ones', async () => {
    const { privateKey, kid } = await given.an_identity_provider()
    const { exportJWK } = await import('jose')
    const jwk = await exportJWK(privateKey)
    const lines: string[] = []
    const app = openApp(
      {
        AUTH_MODE: 'jwt',
        AUTH_JWKS: JSON.stringify({ keys: [{ ...jwk, kid }] }),
        AUTH_ISSUER: 'i',
        AUTH_AUDIENCE: 'a',
        CQL_CONTACT_POINTS: '127.0.0.1',
      },
      openLog({ write: (line) => void lines.push(line) }),
    )
    const reply = await when.they_list(
      inProcess(app),
      { id: 'alice', headers: { authorization: 'Bearer a.b.c' } },
      { id: 'bob' },
    )
    then.it_is_refused(reply, 'misconfigured')
    expect(found([String(jwk.d)], lines.join('') + reply.text)).toEqual([])
  })
})
