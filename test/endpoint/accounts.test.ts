import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { CONTRACTS } from '../../bin/operations.ts'
import { Fault } from '../../lib/errors.ts'
import {
  a_service_with_accounts,
  a_user,
  PASSWORD,
  said,
  somebody_signed_in,
  they_get,
  they_register,
} from '../sentences/accounts.ts'
import type * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { type ServedInMemory, served_in_memory } from '../world/served-in-memory.ts'
import { inProcess, type Service } from '../world/service.ts'

let app: given.MemoryApp
let service: Service

beforeEach(() => {
  app = a_service_with_accounts()
  service = inProcess(app)
})

const PROFILE = {
  first_name: 'Имя',
  second_name: 'Фамилия',
  birthdate: '2017-02-01',
  biography: 'Хобби, интересы и т.п.',
  city: 'Москва',
}
const fieldsOf = (reply: { text: string }) =>
  JSON.parse(reply.text).errors.map(({ path }: { path: string }) => path)

describe('signing up', () => {
  test('gives an id, under which anybody sees what was told, and never the password', async () => {
    const id = await a_user(service, PROFILE)
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(said(await they_get(service, id))).toEqual({ id, ...PROFILE })
    expect(await a_user(service, PROFILE)).not.toBe(id)
  })

  test('needs a password alone, and fields of other services do no harm', async () => {
    const id = said(await they_register(service, { password: PASSWORD, age: 7, user_id: 'root' })).user_id
    expect(said(await they_get(service, id))).toEqual({ id })
  })

  test.each([
    ['no password', {}, 'body.password'],
    ['a password that is no text', { password: 12345678 }, 'body.password'],
    ['a password of seven characters', { password: '1234567' }, 'body.password'],
    ['a password of over 1,024 bytes', { password: 'é'.repeat(513) }, 'body.password'],
    ['a password with a lone surrogate', { password: 'correct horse \ud800' }, 'body.password'],
    ['a birthdate that is no date', { password: PASSWORD, birthdate: '2017-02-30' }, 'body.birthdate'],
    ['a name with NUL', { password: PASSWORD, first_name: 'A\0' }, 'body.first_name'],
    ['a city of 257 characters', { password: PASSWORD, city: 'x'.repeat(257) }, 'body.city'],
    ['a biography that is a list', { password: PASSWORD, biography: ['x'] }, 'body.biography'],
  ])('with %s is refused, and stores nothing', async (_, body, path) => {
    const reply = await they_register(service, body)
    then.it_is_refused(reply, 'bad_field')
    expect(fieldsOf(reply)).toEqual([path])
    expect(app.memory.tables.rows('users')).toEqual([])
  })

  test('whose outcome the database does not tell is in doubt', async () => {
    app.memory.after = (statement) => {
      if (statement === 'createUser') throw new Fault('write_in_doubt', 'no answer')
    }
    then.it_is_refused(await they_register(service, { password: PASSWORD }), 'write_in_doubt')
  })
})

describe('somebody unknown', () => {
  test.each(['nobody', '7c9e6679-7425-40de-944b-e07fc1f90ae7'])('is not found: %s', async (id) => {
    then.it_is_refused(await they_get(service, id), 'no_such_user')
  })
})

describe('where accounts are off,', () => {
  let server: ServedInMemory
  beforeAll(async () => {
    server = await served_in_memory()
  })
  afterAll(() => server.stop())

  test.each(CONTRACTS.filter(({ ofAccounts }) => ofAccounts).map(({ method, path }) => [method, path]))(
    '%s %s is not there',
    async (method = '', path = '') => {
      const call = { method, path: path.replace('{id}', 'alice'), headers: server.alice.headers }
      const body = method === 'GET' ? {} : { body: '{}' }
      then.it_is_refused(await server.service({ ...call, ...body }), 'not_found')
    },
  )
})

test('somebody signed in can be written to by the id', async () => {
  const [alice, bob] = [await somebody_signed_in(service), await somebody_signed_in(service)]
  then.it_succeeds(await when.they_send(service, alice, bob, 'Hello!'))
  const listed = said(await when.they_list(service, bob, alice))
  expect(listed).toEqual([expect.objectContaining({ from: alice.id, to: bob.id, text: 'Hello!' })])
})
