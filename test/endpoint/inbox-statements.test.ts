import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { time_stands_still } from '../fakes/still-time.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

/** W, and a little. */
const LISTED_AGAIN_MS = 10_001

let people: TwoPeople

beforeEach(async () => {
  people = await two_people_in_memory()
  people.app.memory.cutAt = (rows) => rows
  // The clock is compared with the database's, and everybody knows the two.
  then.it_succeeds(await when.they_send(people.service, people.alice, people.alice, 'warm'))
  time_stands_still()
  // No plan is left.
  jest.setSystemTime(Date.now() + 2_000)
})
afterEach(() => void jest.useRealTimers())

const sent = async (from = people.alice, to = people.bob, key?: string) => {
  people.app.memory.statements.length = 0
  then.it_succeeds(await when.they_send(people.service, from, to, 'a', key))
  return people.app.memory.statements.splice(0)
}
/** The plans of the dialog and of both inboxes. */
const PLANS = ['newestBucket', 'newestBuckets', 'newestBuckets']
const LISTED = ['insertMessage', 'putListing', 'putListing']

describe('a send', () => {
  test('that lists its dialog for the first time also tells where it stands; each side once', async () => {
    expect(await sent()).toEqual([...PLANS, ...LISTED, 'setListed', 'setListed'])
  })

  test('whose rows this instance has completed within 10 s runs the statements of a message alone, of either side', async () => {
    await sent()
    expect(await sent()).toEqual(['insertMessage'])
    expect(await sent(people.bob, people.alice)).toEqual(['insertMessage'])
    jest.setSystemTime(Date.now() + LISTED_AGAIN_MS - 2)
    expect(await sent()).toEqual(['newestBucket', 'insertMessage'])
    expect(await sent(people.bob, people.alice)).toEqual(['insertMessage'])
  })

  test('after 10 s writes the rows again, and nothing more: it moves nothing', async () => {
    await sent()
    jest.setSystemTime(Date.now() + LISTED_AGAIN_MS)
    expect(await sent()).toEqual([...PLANS, ...LISTED])
    expect(await sent()).toEqual(['insertMessage'])
  })

  test('whose row was only begun writes it again', async () => {
    let failures = 1
    people.app.memory.after = (statement) => {
      if (statement !== 'putListing' || failures === 0) return
      failures -= 1
      throw new Fault('write_in_doubt', 'lost')
    }
    const reply = await when.they_send(people.service, people.alice, people.bob, 'a')
    then.it_is_refused(reply, 'write_in_doubt')
    expect((await sent()).filter((statement) => statement === 'putListing')).toHaveLength(1)
  })

  test('that moves nothing, of a dialog this instance does not know, takes two rounds: reads, then writes', async () => {
    await sent()
    jest.setSystemTime(Date.now() + LISTED_AGAIN_MS)
    const { memory } = people.app
    const reads = gathered(memory, PLANS)
    const sending = when.they_send(people.service, people.alice, people.bob, 'b')
    await reads.all
    const writes = gathered(memory, LISTED)
    reads.proceed()
    await writes.all
    gathered(memory, [])
    writes.proceed()
    then.it_succeeds(await sending)
  })
})

/** Waits until all of these statements have been asked, and none has been answered. */
const gathered = (memory: TwoPeople['app']['memory'], names: string[]) => {
  const arrived = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const missing = [...names]
  memory.before = (statement) => {
    const index = missing.indexOf(statement)
    if (index < 0) throw new Error(`not in this round: ${statement}`)
    missing.splice(index, 1)
    if (missing.length === 0) arrived.resolve()
    return released.promise
  }
  return { all: arrived.promise, proceed: released.resolve }
}
