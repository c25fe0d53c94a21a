/** People who sign in and out of a service in memory, at a time that stands still: what the tests of sessions begin with. */
import { beforeEach, jest } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import type { Store } from '../../lib/store/store.ts'
import { the_clock_stands_at } from '../fakes/still-time.ts'
import { a_service_with_accounts, said, they_list_sessions } from '../sentences/accounts.ts'
import type { MemoryApp, Person } from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { inProcess, type Service } from './service.ts'

export const BEGIN_MS = Date.UTC(2026, 0, 2)
export const MINUTE_MS = 60_000

/** Those of the test that is running. */
export let app: MemoryApp
export let service: Service

export const before_each_a_new_service = () =>
  beforeEach(() => {
    the_clock_stands_at(BEGIN_MS)
    app = a_service_with_accounts()
    service = inProcess(app)
  })

export const passes = (ms: number) => jest.setSystemTime(Date.now() + ms)

const bob = { id: 'bob' }
export const is_in = async (who: Person) => then.it_succeeds(await when.they_list(service, who, bob))
export const is_out = async (who: Person) =>
  then.it_is_refused(await when.they_list(service, who, bob), 'unauthorized')
export const sessionsOf = async (who: Person) => said(await they_list_sessions(service, who))

/** Before it has taken effect, or afterwards. */
export const failsOnce = (
  when: 'before' | 'after',
  statement: keyof Store,
  kind: 'write_in_doubt' | 'database_unavailable',
) => {
  app.memory[when] = (running) => {
    if (running !== statement) return
    app.memory[when] = () => undefined
    throw new Fault(kind, 'once')
  }
}
