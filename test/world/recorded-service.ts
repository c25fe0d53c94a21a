/** A service whose requests are recorded as spans, and an instance that it pushes to, for all tests of a block. */
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals'
import { an_sdk, type Ended, type Sdk } from '../fakes/sdk.ts'
import { a_service_with_a_store, type ServiceWithAStore } from '../fakes/traced-service.ts'
import { a_peer, a_wire, type Peer } from './peers-served.ts'

export const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
export const CALLER = '00f067aa0ba902b7'
/** Of a caller who records. */
export const traceparent = `00-${TRACE}-${CALLER}-01`

export let sdk: Sdk
export let server: ServiceWithAStore
export let peer: Peer

export const before_all_a_recorded_service = () => {
  beforeAll(async () => {
    sdk = an_sdk()
    peer = await a_peer()
    server = await a_service_with_a_store(a_wire())
  })
  beforeEach(() => {
    sdk.forget()
    server.lines.length = 0
  })
  afterAll(async () => {
    await peer.stop()
    await server.app.close()
    sdk.stop()
  })
}

export const only = (all: Ended[]): Ended => {
  expect(all).toHaveLength(1)
  return all[0] as Ended
}
