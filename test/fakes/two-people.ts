/** Alice, Bob, and a service in memory for the two of them. */
import type { Limits } from '../../lib/config/limits.ts'
import type { Rules } from '../../lib/timeline/rules.ts'
import * as given from '../sentences/given.ts'
import { inProcess } from '../world/service.ts'

export const two_people_in_memory = async (rules?: Rules, limits?: Partial<Limits>) => {
  const { auth, credentials } = await given.an_identity_provider()
  const app = given.a_service_in_memory(auth, rules, limits)
  return {
    app,
    credentials,
    service: inProcess(app),
    alice: await given.a_stranger(credentials, 'alice'),
    bob: await given.a_stranger(credentials, 'bob'),
  }
}

export type TwoPeople = Awaited<ReturnType<typeof two_people_in_memory>>
