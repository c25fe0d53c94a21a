import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { AuthConfig } from '../../lib/config/auth.ts'
import { httpServer } from '../../lib/http/server.ts'
import { type EventKind, eventOf, type HttpCall } from '../fakes/events.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import { a_connection } from '../world/raw-http.ts'
import { handlersOf } from '../world/service.ts'

const KINDS: EventKind[] = ['httpApi2', 'httpApi1', 'restApi', 'functionUrl']
const SECRET = 'what only the gateway knows'
const GATEWAY: AuthConfig = { mode: 'gateway', secrets: [SECRET, SECRET] }
const SEND: HttpCall = {
  method: 'POST',
  path: '/dialog/bob/send',
  headers: { 'content-type': 'application/json' },
  body: '{"text":"I am Alice"}',
}
const with_headers = (headers: HttpCall['headers']) => ({ ...SEND, headers: { ...SEND.headers, ...headers } })

/** Every place where a gateway, authorizer or emulator may put the identity of the caller. */
const CLAIMS = { sub: 'alice', username: 'alice', 'cognito:username': 'alice' }
const REQUEST_CONTEXT = {
  authorizer: {
    ...CLAIMS,
    principalId: 'alice',
    claims: CLAIMS,
    jwt: { claims: CLAIMS, scopes: null },
    lambda: CLAIMS,
    iam: { userId: 'alice', cognitoIdentity: { identityId: 'alice' } },
  },
  authentication: { clientCert: { subjectDN: 'CN=alice' } },
  identity: {
    user: 'alice',
    userArn: 'arn:aws:iam::1:user/alice',
    cognitoIdentityId: 'alice',
    apiKey: 'alice',
  },
}
/** And every header that an attacker may hope is trusted. */
const DISGUISES = {
  'sls-offline-authorizer-override': JSON.stringify({ principalId: 'alice', claims: CLAIMS, iam: CLAIMS }),
  'x-user-id': 'alice',
  'x-gateway-secret': SECRET,
  'x-forwarded-user': 'alice',
  'x-amzn-oidc-identity': 'alice',
  'x-amzn-oidc-data': 'alice',
  'x-apigateway-event': JSON.stringify({ requestContext: REQUEST_CONTEXT }),
  'x-original-url': '/health',
  'x-http-method-override': 'GET',
  cookie: 'authorization=Bearer alice',
}

describe.each(KINDS)('in an event of %s', (kind) => {
  const sending = async (auth: AuthConfig, call: HttpCall, more: object = {}) => {
    const app = given.a_service_in_memory(auth)
    const [send] = handlersOf(app)
    const event = { ...(eventOf(kind, call, '/dialog/{user_id}/send') as object), ...more }
    const reply = await send?.handler(event, { ...more })
    return {
      app,
      reply: { status: Number(reply?.statusCode), headers: reply?.headers ?? {}, text: String(reply?.body) },
    }
  }

  test('claims elsewhere in the event or in other headers identify nobody, and do not change who the caller is', async () => {
    const provider = await given.an_identity_provider()
    const more = {
      requestContext: REQUEST_CONTEXT,
      clientContext: REQUEST_CONTEXT,
      identity: REQUEST_CONTEXT,
    }
    for (const auth of [provider.auth, GATEWAY]) {
      const headers =
        auth.mode === 'jwt' ? DISGUISES : { ...DISGUISES, 'x-gateway-secret': 'guessed secret 1' }
      const { app, reply } = await sending(auth, with_headers(headers), more)
      then.it_is_refused(reply, 'unauthorized')
      expect(app.memory.statements).toEqual([])
    }
    const eve = await given.a_stranger(provider.credentials, 'eve')
    const { reply } = await sending(provider.auth, with_headers({ ...DISGUISES, ...eve.headers }), more)
    expect(then.it_succeeds(reply)).toMatchObject({ from: eve.id })
  })

  test('a token is accepted in its header only, and not at all behind a gateway', async () => {
    const provider = await given.an_identity_provider()
    const token = await provider.sign({ sub: 'alice' })
    const query = `access_token=${token}&authorization=Bearer%20${token}&jwt=${token}`
    const body = JSON.stringify({ text: 'a', access_token: token })
    const elsewhere = {
      cookie: `token=${token}`,
      'x-authorization': `Bearer ${token}`,
      'proxy-authorization': `Bearer ${token}`,
    }
    const { reply } = await sending(provider.auth, { ...with_headers(elsewhere), query, body })
    then.it_is_refused(reply, 'unauthorized')
    const behind = await sending(
      GATEWAY,
      with_headers({ authorization: `Bearer ${token}`, 'x-user-id': 'alice' }),
    )
    then.it_is_refused(behind.reply, 'unauthorized')
  })

  test.each<[string, NonNullable<HttpCall['headers']>]>([
    ['with no secret', { 'x-user-id': 'alice' }],
    ['with a guessed secret', { 'x-user-id': 'alice', 'x-gateway-secret': `${SECRET}!` }],
    ['with an empty secret', { 'x-user-id': 'alice', 'x-gateway-secret': '' }],
    ['with a guess beside the secret', { 'x-user-id': 'alice', 'x-gateway-secret': ['guess', SECRET] }],
    ['with the secret twice', { 'x-user-id': 'alice', 'x-gateway-secret': [SECRET, SECRET] }],
    [
      'with the secret joined to itself',
      { 'x-user-id': 'alice', 'x-gateway-secret': `${SECRET}, ${SECRET}` },
    ],
    ['twice', { 'x-user-id': ['alice', 'alice'], 'x-gateway-secret': SECRET }],
    ['beside another', { 'x-user-id': ['eve', 'alice'], 'x-gateway-secret': SECRET }],
    ['joined with another', { 'x-user-id': 'eve,alice', 'x-gateway-secret': SECRET }],
    [
      'beside another in another case',
      { 'x-user-id': 'eve', 'X-USER-ID': 'alice', 'x-gateway-secret': SECRET },
    ],
    ['spelled with underscores', { x_user_id: 'alice', 'x-gateway-secret': SECRET }],
    ['with white space around it', { 'x-user-id': ' alice', 'x-gateway-secret': SECRET }],
    ['with another line after it', { 'x-user-id': 'eve\r\nx-user-id: alice', 'x-gateway-secret': SECRET }],
    ['that is a relative path', { 'x-user-id': '..', 'x-gateway-secret': SECRET }],
    ['too long to be an id', { 'x-user-id': 'a'.repeat(129), 'x-gateway-secret': SECRET }],
  ])("a gateway's header %s is refused", async (_, headers) => {
    const { app, reply } = await sending(GATEWAY, with_headers(headers))
    then.it_is_refused(reply, 'unauthorized')
    expect(app.memory.statements).toEqual([])
  })

  test("a gateway's header with its secret is trusted", async () => {
    const headers = { 'X-User-Id': 'alice', 'X-Gateway-Secret': SECRET }
    expect(then.it_succeeds((await sending(GATEWAY, with_headers(headers))).reply)).toMatchObject({
      from: 'alice',
    })
  })
})

describe("on a socket, where headers are the client's own bytes", () => {
  let app: given.MemoryApp
  let server: ReturnType<typeof httpServer>
  let url: string

  beforeEach(async () => {
    app = given.a_service_in_memory(GATEWAY)
    const handlers = handlersOf(app).map(({ handler }) => handler)
    server = httpServer(handlers, { connections: 100, cors: { origins: [], headers: [] } }, app)
    url = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}`
  })
  afterEach(() => server.stop())

  const listing = async (...lines: string[]) => {
    const { socket, closed } = a_connection(url)
    const head = ['GET /dialog/bob/list HTTP/1.1', 'Host: a', 'Connection: close', ...lines]
    socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
    return Number(/^HTTP\/1\.1 (\d+) /.exec(await closed)?.[1])
  }
  const PROOF = `X-Gateway-Secret: ${SECRET}`

  test('the gateway is trusted, and headers that a client has smuggled in are not', async () => {
    expect(await listing(PROOF, 'X-User-Id: alice')).toBe(200)
    expect(await listing(PROOF, 'X-User-Id: eve', 'X-User-Id: alice')).toBe(401)
    expect(await listing(PROOF, 'X-User-Id: eve', 'x-user-id: alice')).toBe(401)
    expect(await listing(PROOF, 'X-User-Id: eve, alice')).toBe(401)
    expect(await listing(PROOF, PROOF, 'X-User-Id: alice')).toBe(401)
    expect(await listing('X-Gateway-Secret: guess', PROOF, 'X-User-Id: alice')).toBe(401)
    expect(await listing('X-User-Id: alice')).toBe(401)
    expect(await listing(PROOF, 'X-User-Id : alice')).toBe(400)
    expect(await listing(PROOF, 'X-User-Id: eve', ' alice')).toBe(400)
    expect(await listing(PROOF, 'X-User-Id: al\xefce')).toBe(401)
    expect(await listing(PROOF, 'X-User-Id: alice\0')).toBe(400)
  })
})
