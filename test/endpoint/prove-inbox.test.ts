import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { issuesOfInboxes } from '../../lab/checker/inbox.ts'
import { type InboxWalker, inboxWalker } from '../../lab/checker/inbox-walks.ts'
import { type Instances, readBack } from '../../lab/checker/read-back.ts'
import type { Sent } from '../../lab/checker/sent.ts'
import { openInstances, talk } from '../../lab/experiments/clients.ts'
import type { Person } from '../../lab/kit/people.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { type ServedInMemory, served_in_memory } from '../world/served-in-memory.ts'

const CLIENTS = 16
const MESSAGES = 40

describe('people who walk through their inboxes, on a service in memory,', () => {
  let server: ServedInMemory
  let instances: Instances
  let people: Person[]
  let walker: InboxWalker

  beforeEach(async () => {
    server = await served_in_memory()
    instances = openInstances([server.url, server.url])
    const ids = Array.from({ length: CLIENTS }, (_, index) => `client-${index}` as UserId)
    const tokenOf = async (id: UserId) => String((await server.credentials(id))['authorization']).slice(7)
    people = await Promise.all(ids.map(async (id) => ({ id, token: await tokenOf(id) })))
    walker = inboxWalker({ instances, people, now: () => performance.now() })
  })
  afterEach(async () => {
    await instances.connections.destroy()
    await server.stop()
  })

  const talked = async () => {
    const sent: Sent[] = []
    const goesOn = () => sent.length < MESSAGES
    const talking = talk({ instances, people, pauseMs: 50, goesOn, sent })
    await Promise.all([talking, walker.meanwhile(goesOn)])
    return { sent, listings: await readBack(instances, people, sent) }
  }
  const found = async (spoil: () => void) => {
    const { sent, listings } = await talked()
    spoil()
    await walker.atTheEnd(sent)
    const { issues, judged } = issuesOfInboxes(sent, walker.walks, listings)
    return { kinds: new Set(issues.map(({ kind }) => kind)), judged }
  }
  const tables = () => server.app.memory.tables

  test('find nothing wrong, while others write and at the end', async () => {
    const { kinds, judged } = await found(() => undefined)
    expect(kinds).toEqual(new Set())
    expect(judged).toBeGreaterThanOrEqual(CLIENTS)
  })

  test('detect that a dialog is lost from an inbox', async () => {
    const { kinds } = await found(() => tables().clear('inbox'))
    expect(kinds).toEqual(new Set(['lost from the inbox']))
  })

  test('detect a wrong number of unread messages', async () => {
    const { kinds } = await found(() => {
      const newest = new Map(
        tables()
          .rows('messages')
          .map((row) => [String(row['dialog_id']), row]),
      )
      const spoiled = [...newest.values()]
      tables().replace('messages', [
        ...tables()
          .rows('messages')
          .filter((row) => !spoiled.some((one) => one['message_id'] === row['message_id'])),
        // As if the other side had sent it.
        ...spoiled.map((row) => ({ ...row, sender_id: row['recipient_id'], recipient_id: row['sender_id'] })),
      ] as typeof spoiled)
    })
    expect(kinds).toEqual(new Set(['wrong unread']))
  })
})
