import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '../../dev/emulator.ts'
import { type Serving, startServing } from '../../dev/serving.ts'
import {
  a_user,
  holder,
  our_account_variables,
  PASSWORD,
  said,
  signed_in,
  they_change_their_password,
  they_get,
  they_list_sessions,
  they_refresh,
  they_register,
  they_sign_in,
} from '../sentences/accounts.ts'
import type { Person } from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_deployed_service, the_archives } from '../world/archives.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { a_plain_process } from '../world/plain-process.ts'
import { overHttp, type Service } from '../world/service.ts'
import { until_it_holds } from '../world/until.ts'

const bob = { id: 'bob' }
/** From the acknowledgement of a withdrawal until it is refused everywhere. */
const REFUSED_WITHIN_MS = 6_000

describe('accounts, in three runtimes on one real CQL database:', () => {
  let setting: LocalSetting
  let emulator: Emulator
  let serving: Serving
  let packed: Awaited<ReturnType<typeof the_archives>>
  let deployed: Awaited<ReturnType<typeof a_deployed_service>>
  let runtimes: Record<string, Service>

  beforeAll(async () => {
    setting = await a_local_setting()
    const own = our_account_variables()
    const database = Object.entries(setting.variables).filter(([name]) => !name.startsWith('AUTH_'))
    const variables = { ...Object.fromEntries(database), ...own }
    serving = await startServing({ ...variables, WORKERS: '2' }, 0, join(setting.directory, 'log'))
    emulator = await startEmulator(variables, 0, () => undefined)
    packed = await the_archives({ ...process.env, ACCOUNTS: 'on' })
    deployed = await a_deployed_service(packed.archives, (archive) => a_plain_process(archive, variables), {
      accounts: own,
    })
    runtimes = {
      serve: overHttp(serving.url),
      emulator: overHttp(emulator.url),
      archives: deployed.service,
    }
  }, 240_000)
  afterAll(async () => {
    await deployed?.stop()
    await packed?.remove()
    await emulator?.stop()
    await serving?.stop()
    await setting?.remove()
  })

  test.each(['serve', 'emulator', 'archives'])(
    'in %s, one signs up, in, sends, lists, refreshes, changes the password, and signs out',
    async (name) => {
      const service = runtimes[name] as Service
      const profile = { first_name: 'Алиса', birthdate: '2000-02-29' }
      const id = said(await they_register(service, { ...profile, password: PASSWORD })).user_id
      expect(said(await they_get(service, id))).toEqual({ id, ...profile })
      then.it_is_refused(await they_sign_in(service, { id, password: 'wrong' }), 'no_such_sign_in')
      const alice = await signed_in(service, id, true)
      const sent = then.it_succeeds(await when.they_send(service, alice, bob, 'Hello, Bob!'))
      expect(said(await when.they_list(service, alice, bob))).toEqual([sent])
      const { token } = said(await they_refresh(service, { refresh_token: alice.refreshToken }))
      then.it_succeeds(await when.they_list(service, holder(id, token), bob))
      expect(said(await they_list_sessions(service, alice))).toHaveLength(1)
      const change = { password: PASSWORD, new_password: 'battery staple horse' }
      const changed = holder(id, said(await they_change_their_password(service, alice, change)).token)
      then.it_is_refused(await they_sign_in(service, { id, password: PASSWORD }), 'no_such_sign_in')
      then.it_succeeds(await when.they_list(service, changed, bob))
      const keys = said(await service({ method: 'GET', path: '/.well-known/jwks.json' })).keys
      expect(keys).toHaveLength(1)
      then.it_is_done(await when.they_revoke(service, changed))
    },
    60_000,
  )

  test.each([
    ['one token', {}],
    ['everything', { all: true }],
  ])(
    '%s that is withdrawn in one is refused in all within six seconds',
    async (_, what) => {
      const service = runtimes['serve'] as Service
      const id = await a_user(service)
      const alice = await signed_in(service, id)
      for (const runtime of Object.values(runtimes))
        then.it_succeeds(await when.they_list(runtime, alice, bob))
      then.it_is_done(await when.they_revoke(service, alice, what))
      const done = performance.now()
      for (const runtime of Object.values(runtimes)) await until_it_holds(() => is_out(runtime, alice))
      expect(performance.now() - done).toBeLessThan(REFUSED_WITHIN_MS)
      for (const runtime of Object.values(runtimes)) {
        then.it_is_refused(await when.they_send(runtime, alice, bob, 'late'), 'unauthorized')
        then.it_succeeds(await when.they_list(runtime, await signed_in(runtime, id), bob))
      }
    },
    60_000,
  )

  test('many guesses at once, at two processes, are as many as one after the other', async () => {
    const service = runtimes['serve'] as Service
    const id = await a_user(service)
    const wrong = async () => {
      for (;;) {
        const { status } = await they_sign_in(service, { id, password: 'wrong' })
        if (status !== 503) return status
      }
    }
    const statuses = await Promise.all(Array.from({ length: 20 }, wrong))
    expect(statuses.filter((status) => status === 404)).toHaveLength(5)
    then.it_is_refused(await they_sign_in(service, { id, password: PASSWORD }), 'too_many_attempts')
  }, 60_000)
})

const is_out = async (service: Service, who: Person) =>
  (await when.they_list(service, who, bob)).status === 401
