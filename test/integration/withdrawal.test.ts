import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { revokeAll } from '../../bin/revoke.ts'
import { localAuthVariables, localToken } from '../../dev/keys.ts'
import { type Serving, startServing } from '../../dev/serving.ts'
import type * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_place_to_serve } from '../world/keyspace.ts'
import { a_secured_node } from '../world/secured-node.ts'
import { overHttp, type Service } from '../world/service.ts'
import { TWO_DEADLINES_MS, timed } from '../world/until.ts'

/** No instance remembers for longer that a token was not withdrawn. */
const KNOWN_MS = 5_000
const POLL_MS = 100
/** A killed node takes up to half a minute to be reached again. */
const RECOVERY_MS = 60_000
const bob = { id: 'bob' }

describe('withdrawal by npm run serve in two instances, on a real database', () => {
  let directory: string
  let node: Awaited<ReturnType<typeof a_secured_node>>
  let variables: Record<string, string>
  let instances: Serving[]
  let here: Service
  let there: Service

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialogs-withdrawal-'))
    node = await a_secured_node()
    const auth = await localAuthVariables(directory)
    variables = (await a_place_to_serve({ ...node.variables, ...auth, WITHDRAWAL: 'on' })).variables
    instances = await Promise.all(
      ['here', 'there'].map((name) => startServing(variables, 0, join(directory, `${name}.log`))),
    )
    const [one, other] = instances.map(({ url }) => overHttp(url))
    here = one as Service
    there = other as Service
  }, 120_000)
  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.stop()))
    await node.remove()
    await rm(directory, { recursive: true, force: true })
  })

  const somebody = async (id = randomUUID()): Promise<given.Person> => ({
    id,
    headers: { authorization: `Bearer ${await localToken(directory, id)}` },
  })

  /** Asks again and again until the token is refused. Returns how long after the withdrawal the last accepted request began. */
  const lastAccepted = async (service: Service, from: given.Person, withdrawnAt: number) => {
    let last = Number.NEGATIVE_INFINITY
    for (;;) {
      const began = performance.now()
      const reply = await when.they_list(service, from, bob)
      if (reply.status !== 200) {
        then.it_is_refused(reply, 'unauthorized')
        return last
      }
      last = began - withdrawnAt
      // It ends: no request that begins later may be accepted.
      expect(last).toBeLessThan(KNOWN_MS)
      await sleep(POLL_MS)
    }
  }

  test('a token that is withdrawn on one instance is refused on another that had just accepted it', async () => {
    const alice = await somebody()
    for (const service of [here, there]) then.it_succeeds(await when.they_list(service, alice, bob))
    then.it_is_done(await when.they_revoke(here, alice))
    const withdrawnAt = performance.now()
    await Promise.all([here, there].map((service) => lastAccepted(service, alice, withdrawnAt)))
    for (const service of [here, there])
      then.it_is_refused(await when.they_send(service, alice, bob, 'late'), 'unauthorized')
  })

  test('an operator withdraws all tokens of a person, and nobody else is touched', async () => {
    const [alice, eve] = [await somebody(), await somebody()]
    for (const person of [alice, eve]) then.it_succeeds(await when.they_list(here, person, bob))
    const said: string[] = []
    await revokeAll([alice.id], { ...process.env, ...variables }, (line) => said.push(line))
    const withdrawnAt = performance.now()
    expect(said.join()).toContain(alice.id)
    then.it_is_refused(await when.they_list(there, alice, bob), 'unauthorized')
    await lastAccepted(here, alice, withdrawnAt)
    then.it_succeeds(await when.they_list(here, eve, bob))
  })

  test('while the database is stopped, nobody is let in, and afterwards only those who should be', async () => {
    const [alice, withdrawn] = [await somebody(), await somebody()]
    then.it_succeeds(await when.they_send(here, alice, bob, 'before'))
    then.it_is_done(await when.they_revoke(here, withdrawn))
    await node.kill()
    for (const person of [alice, withdrawn])
      for (const attempt of [
        when.they_send(there, person, bob, 'lost'),
        when.they_list(there, person, bob),
      ]) {
        const { result: reply, tookMs } = await timed(attempt)
        then.it_is_refused(reply, 'database_unavailable')
        expect(tookMs).toBeLessThan(TWO_DEADLINES_MS)
      }
    await node.startAgain()
    const began = performance.now()
    for (;;) {
      const reply = await when.they_list(there, withdrawn, bob)
      expect([401, 503]).toContain(reply.status)
      if (reply.status === 401) break
      expect(performance.now() - began).toBeLessThan(RECOVERY_MS)
    }
    const listed = await when.they_list_everything(there, alice, bob)
    expect(listed.map(({ text }) => text)).toEqual(['before'])
  })
})
