import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { SignJWT } from 'jose'
import { bearing, claims_of_alice } from '../fakes/forgery.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { inProcess } from '../world/service.ts'

type Provider = Awaited<ReturnType<typeof given.an_identity_provider>>
const bob = { id: 'bob' }
const servers: Server[] = []
let provider: Provider
let attacker: Provider

beforeEach(async () => {
  provider = await given.an_identity_provider()
  attacker = await given.an_identity_provider()
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

const a_server = async (answer: (reply: ServerResponse) => void) => {
  const server = createServer((_, reply) => answer(reply))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`)
}
const a_service_trusting = (jwks: URL) => {
  const auth = {
    mode: 'jwt' as const,
    jwks,
    issuer: given.ISSUER,
    audience: given.AUDIENCE,
  }
  const app = given.a_service_in_memory(auth)
  return { app, service: inProcess(app) }
}
const shows = (keys: unknown[]) => (reply: ServerResponse) => void reply.end(JSON.stringify({ keys }))

test('a token with its own key, or with a URL for it, is refused, and nothing is fetched', async () => {
  let fetched = 0
  const evil = await a_server((reply) => {
    fetched += 1
    shows(attacker.keys)(reply)
  })
  const { app, service } = a_service_trusting(await a_server(shows(provider.keys)))
  const [jwk] = attacker.keys
  for (const kid of [provider.kid, attacker.kid, undefined]) {
    for (const more of [{ jwk }, { jku: evil.href }, { x5u: evil.href }, { x5c: [jwk?.x] }]) {
      const person = bearing(await attacker.sign({ sub: 'alice' }, { kid, ...more }))
      then.it_is_refused(await when.they_send(service, person, bob, 'x'), 'unauthorized')
    }
  }
  expect(app.memory.statements).toEqual([])
  expect(fetched).toBe(0)
})

test('a shared secret in the key set verifies nothing', async () => {
  const secret = Buffer.from('known to somebody else')
  const key = { kty: 'oct', alg: 'HS256', kid: 'shared', k: secret.toString('base64url') }
  const { service } = a_service_trusting(await a_server(shows([...provider.keys, key])))
  const forged = new SignJWT(claims_of_alice()).setProtectedHeader({ alg: 'HS256', kid: 'shared' })
  const person = bearing(await forged.sign(secret))
  then.it_is_refused(await when.they_send(service, person, bob, 'x'), 'unauthorized')
  const genuine = bearing(await provider.sign({ sub: 'alice' }))
  then.it_succeeds(await when.they_send(service, genuine, bob, 'x'))
})

const FAILURES: [string, (reply: ServerResponse, elsewhere: URL) => void][] = [
  ['hangs up', (reply) => void reply.destroy()],
  ['answers 500', (reply) => void reply.writeHead(500).end()],
  ['answers garbage', (reply) => void reply.end('<html>')],
  ['sends us elsewhere', (reply, { href }) => void reply.writeHead(302, { location: href }).end()],
]

test.each(FAILURES)(
  'while the key server %s and nothing is cached, nobody is admitted, or told that a credential is wrong',
  async (_, fail) => {
    const elsewhere = await a_server(shows(attacker.keys))
    const { app, service } = a_service_trusting(await a_server((reply) => fail(reply, elsewhere)))
    for (const one of [provider, attacker]) {
      const person = bearing(await one.sign({ sub: 'alice' }))
      then.it_is_refused(await when.they_send(service, person, bob, 'x'), 'keys_unavailable')
      then.it_is_refused(await when.they_list(service, person, bob), 'keys_unavailable')
    }
    expect(app.memory.statements).toEqual([])
    then.it_is_refused(await when.they_list(service, bearing('nonsense'), bob), 'unauthorized')
  },
)
