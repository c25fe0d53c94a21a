import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { issuesOf } from '../../lab/checker/check.ts'
import { type Instances, readBack } from '../../lab/checker/read-back.ts'
import { forbiddenAnswers, type Sent } from '../../lab/checker/sent.ts'
import { openInstances, talk } from '../../lab/experiments/clients.ts'
import type { Person } from '../../lab/kit/people.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { type ServedInMemory, served_in_memory } from '../world/served-in-memory.ts'

const CLIENTS = 16
const MESSAGES = 40

describe('the recording clients and the checker, on a service in memory,', () => {
  let server: ServedInMemory
  let instances: Instances
  let people: Person[]

  beforeEach(async () => {
    server = await served_in_memory()
    instances = openInstances([server.url, server.url])
    const ids = Array.from({ length: CLIENTS }, (_, index) => `client-${index}` as UserId)
    const tokenOf = async (id: UserId) => String((await server.credentials(id))['authorization']).slice(7)
    people = await Promise.all(ids.map(async (id) => ({ id, token: await tokenOf(id) })))
  })
  afterEach(async () => {
    await instances.connections.destroy()
    await server.stop()
  })

  const talked = async () => {
    const sent: Sent[] = []
    await talk({ instances, people, pauseMs: 50, goesOn: () => sent.length < MESSAGES, sent })
    return { sent, listings: await readBack(instances, people, sent) }
  }
  const kindsFound = async () => {
    const { sent, listings } = await talked()
    return new Set(issuesOf(sent, listings).map(({ kind }) => kind))
  }
  const memory = () => server.app.memory

  test('find no issue, although clients hang up and retry', async () => {
    const { sent, listings } = await talked()
    const tries = sent.flatMap((one) => one.tries)
    expect(tries.length).toBeGreaterThan(sent.length)
    expect(sent.every((one) => one.tries.length >= 1 && one.tries.length <= 5)).toBe(true)
    expect(issuesOf(sent, listings)).toEqual([])
    expect(forbiddenAnswers(sent)).toEqual([])
  })

  test('detect that a repeated key gets a new id', async () => {
    memory().after = (statement) => void (statement === 'claimSend' && memory().tables.clear('send_claims'))
    expect(await kindsFound()).toEqual(new Set(['doubled']))
  })

  test('detect that an acknowledged message is lost', async () => {
    let count = 0
    memory().after = (statement) => {
      count += statement === 'insertMessage' ? 1 : 0
      if (count === MESSAGES) memory().tables.clear('messages')
    }
    expect(await kindsFound()).toEqual(new Set(['lost']))
  })

  test('detect that a message is changed', async () => {
    memory().after = (statement) => {
      if (statement !== 'insertMessage') return
      memory().tables.replace(
        'messages',
        memory()
          .tables.rows('messages')
          .map((row) => ({ ...row, body: String(row['body']).toUpperCase() })),
      )
    }
    expect(await kindsFound()).toEqual(new Set(['changed']))
  })

  test('detect that the service fails in a way that the contract does not allow', async () => {
    memory().before = (statement) => {
      if (statement === 'claimSend') throw new Error('a bug')
    }
    const { sent } = await talked()
    expect(forbiddenAnswers(sent)).toContainEqual(expect.stringMatching(/: 500 .*Internal error/))
  })
})
