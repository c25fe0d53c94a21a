/** Every operation and frame of the service, over HTTP and a connection, by people whose every word is marked. */
import { randomUUID } from 'node:crypto'
import {
  a_service_with_accounts,
  holder,
  our_accounts,
  said,
  they_change_their_password,
  they_get,
  they_list_sessions,
  they_refresh,
  they_register,
  they_sign_in,
} from '../sentences/accounts.ts'
import type { Person } from '../sentences/given.ts'
import * as when from '../sentences/when.ts'
import { measured } from '../world/measured.ts'
import { served } from '../world/served-in-memory.ts'
import type { HttpReply, Service } from '../world/service.ts'
import { a_gateway_before } from './connections.ts'
import { quickPasswords } from './quick-passwords.ts'

const ORIGIN = 'https://marked.example'

/** @returns the page of metrics afterwards, and what must not be in it */
export const everything_is_done = async () => {
  const app = a_service_with_accounts(our_accounts(), quickPasswords)
  const counted = measured(app)
  const gateway = a_gateway_before(app)
  const server = await served(app, { origins: [ORIGIN], headers: [] })
  const marks = new Set<string>()
  const marked = (what: string) => {
    const text = `marked-${what}-${randomUUID()}`
    marks.add(text)
    return text
  }
  const [alice, bob] = [await signUp(server.service, marked), await signUp(server.service, marked)]
  for (const one of [alice, bob]) for (const text of one.secrets) marks.add(text)
  for (const id of await overHttp(server.service, alice, bob, marked)) marks.add(id)
  for (const id of await byFrames(gateway, alice, bob, marked)) marks.add(id)
  await inTheEnd(server.service, alice, bob, marked)
  await server.stop()
  return { ...counted, marks }
}

type Mark = (what: string) => string
type Marked = Person & { password: string; token: string; refresh: string; secrets: string[] }

const signUp = async (service: Service, marked: Mark): Promise<Marked> => {
  const password = marked('password')
  const { user_id: id } = said(await they_register(service, { first_name: marked('name'), password }))
  await they_sign_in(service, { id, password: marked('guess') })
  const { token, refresh_token: refresh } = said(await they_sign_in(service, { id, password, refresh: true }))
  return { ...holder(id, token), password, token, refresh, secrets: [id, token, refresh] }
}

const overHttp = async (service: Service, alice: Marked, bob: Marked, marked: Mark): Promise<string[]> => {
  const stranger = { id: marked('stranger') }
  const get = (path: string, headers = {}): Promise<HttpReply> => service({ method: 'GET', path, headers })
  const { id } = JSON.parse((await when.they_send(service, alice, bob, marked('text'), marked('key'))).text)
  await when.they_send(service, alice, stranger, marked('text'))
  await when.they_list(service, bob, alice)
  await when.they_list(service, bob, stranger, `before=${marked('cursor')}`)
  await when.they_look(service, bob)
  await when.they_show(service, bob, alice)
  await when.they_mark(service, bob, alice, id)
  await when.they_catch_up(service, bob)
  await they_get(service, alice.id)
  await they_list_sessions(service, alice)
  await they_refresh(service, { refresh_token: marked('refresh-token') })
  for (const path of ['/health', '/ready', '/openapi.json', '/', '/.well-known/jwks.json']) await get(path)
  await get(`/${marked('path')}?${marked('query')}`)
  await service({ method: 'DELETE', path: '/health', headers: { 'x-request-id': marked('request') } })
  const preflight = { origin: ORIGIN, 'access-control-request-method': 'GET' }
  await service({ method: 'OPTIONS', path: '/health', headers: preflight })
  return [id]
}

const byFrames = async (
  gateway: ReturnType<typeof a_gateway_before>,
  alice: Marked,
  bob: Marked,
  marked: Mark,
): Promise<string[]> => {
  const [a, b] = [await gateway.connected(alice.headers), await gateway.connected(bob.headers)]
  const { message } = await a.says({ action: 'send', to: bob.id, text: marked('text'), key: marked('key') })
  await b.says({ action: 'read', with: alice.id, up_to: (message as { id: string }).id })
  await b.says({ action: 'typing', to: alice.id })
  await b.says({ action: 'auth', token: bob.token })
  await b.says({ action: marked('action') })
  await b.says(marked('frame'))
  await b.ends()
  await gateway.open({ authorization: `Bearer ${marked('token')}` })
  return [a.id, b.id]
}

const inTheEnd = async (service: Service, alice: Marked, bob: Marked, marked: Mark) => {
  const { password } = alice
  await they_change_their_password(service, alice, { password, new_password: marked('password') })
  await when.they_revoke(service, bob)
  await when.they_look(service, bob)
  await they_refresh(service, { refresh_token: bob.refresh })
}
