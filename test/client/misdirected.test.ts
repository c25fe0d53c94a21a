import { afterEach, expect, test } from '@jest/globals'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { until } from '../world/until.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
afterEach(() => cluster.close())

const ROUNDS = 3
const SLOW_MS = 200

test('a refusal that a node sends to the wrong statement never delivers the answer to one statement to another', async () => {
  cluster = await a_fake_cluster({ nodes: 1 })
  const [node] = cluster.nodes
  const { service } = cluster.an_instance()
  const { alice, credentials } = cluster
  const people = await Promise.all(
    ['bob', 'carol', 'dave', 'erin', 'frank', 'grace'].map((name) => given.a_stranger(credentials, name)),
  )
  for (const one of people) then.it_succeeds(await when.they_send(service, one, alice, `from ${one.id}`))
  const list = async (one: { id: string }) => ({ one, reply: await when.they_list(service, alice, one) })
  const [victim, ...others] = people as [(typeof people)[0]]
  const lists: ReturnType<typeof list>[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const arrived = cluster.executed()
    node?.delay(SLOW_MS)
    lists.push(...others.slice(0, 2).map(list))
    await until('their statements are at the node', () => cluster.executed() >= arrived + 4)
    let refused = 0
    cluster.intercept(({ kind }) => {
      if (kind !== 'EXECUTE' || refused > 0) return undefined
      refused += 1
      return 'misdirected refusal'
    })
    node?.delay(0)
    lists.push(list(victim))
    await until('one is refused', () => refused > 0)
    node?.delay(2 * SLOW_MS)
    lists.push(...others.slice(2).map(list))
    await Promise.all(lists)
  }
  for (const { one, reply } of await Promise.all(lists)) {
    // What was refused is given up when no answer comes.
    if (one === victim && reply.status === 503) continue
    const [message] = then.it_succeeds<{ text: string }[]>(reply)
    expect(message?.text).toBe(`from ${one.id}`)
  }
})
