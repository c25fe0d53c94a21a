/** People who connect to a service in memory that pushes: what the tests of connections begin with. */
import { beforeEach } from '@jest/globals'
import type { Limits } from '../../lib/config/limits.ts'
import { type a_gateway_before, a_service_that_pushes, type MemoryConnection } from '../fakes/connections.ts'
import type { MemoryApp, Person } from '../sentences/given.ts'
import type { Service } from './service.ts'

/** Those of the test that is running. */
export let pushing: Awaited<ReturnType<typeof a_service_that_pushes>>
export let app: MemoryApp
export let gateway: ReturnType<typeof a_gateway_before>
export let service: Service
export let alice: Person
export let bob: Person

export const before_each_a_service_that_pushes = (limits?: Partial<Limits>) =>
  beforeEach(async () => {
    pushing = await a_service_that_pushes(limits)
    ;({ app, gateway, service, alice, bob } = pushing)
  })

/** Of the messages that were pushed to a connection. */
export const texts = ({ told }: MemoryConnection) =>
  told.flatMap(({ message }) => (message ? [(message as { text: string }).text] : []))
