import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { limitSentences } from '../steps/limit-sentences.ts'
import { time_stands_still } from '../steps/still-time.ts'
import * as then from '../steps/then.ts'
import { type TwoPeople, two_people_in_memory } from '../steps/two-people.ts'
import * as when from '../steps/when.ts'

let people: TwoPeople

describe('a rate for each sender', () => {
  beforeEach(async () => {
    people = await two_people_in_memory(undefined, { sendRate: { perSecond: 1, burst: 3 } })
  })
  afterEach(() => void jest.useRealTimers())

  limitSentences(() => people)

  test('lets a send through after the second that Retry-After asks for, and lists meanwhile', async () => {
    time_stands_still()
    const { service, alice, bob } = people
    for (const text of ['a', 'b', 'c']) then.it_succeeds(await when.they_send(service, alice, bob, text))
    jest.setSystemTime(Date.now() + 999)
    then.it_is_refused(await when.they_send(service, alice, bob, 'd'), 'too_many_sends')
    for (let page = 0; page < 10; page += 1) then.it_succeeds(await when.they_list(service, alice, bob))
    jest.setSystemTime(Date.now() + 1_000)
    then.it_succeeds(await when.they_send(service, alice, bob, 'e'))
    await then.the_dialog_holds(service, alice, bob, ['a', 'b', 'c', 'e'])
  })

  test('counts repeats of a key and sends that are refused for what they are, and no statement is run beyond it', async () => {
    time_stands_still()
    const { app, service, alice, bob } = people
    then.it_succeeds(await when.they_send(service, alice, bob, 'a', 'k'))
    then.it_succeeds(await when.they_send(service, alice, bob, 'a', 'k'))
    then.it_is_refused(await when.they_send(service, alice, bob, ''), 'bad_field')
    app.memory.statements.length = 0
    then.it_is_refused(await when.they_send(service, alice, bob, 'a', 'k'), 'too_many_sends')
    expect(app.memory.statements).toEqual([])
  })

  test('counts nothing for whoever has not proven who they are', async () => {
    const { service, alice, bob } = people
    for (let attempt = 0; attempt < 5; attempt += 1)
      then.it_is_refused(await when.they_send(service, { ...alice, headers: {} }, bob, 'a'), 'unauthorized')
    then.it_succeeds(await when.they_send(service, alice, bob, 'a'))
  })
})
