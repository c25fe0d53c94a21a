import { beforeAll, describe, expect, test } from '@jest/globals'
import { is_live, opens, texts, writes } from '../../world/page-served.ts'
import { alice, before_all_two_people_chat, bob, served } from '../../world/two-people-chatting.ts'
import { until_it_holds } from '../../world/until.ts'

describe('somebody whose dialog cannot be loaded when it is opened', () => {
  before_all_two_people_chat()
  beforeAll(() => opens(bob, alice.id))

  const shows = (...expected: string[]) =>
    until_it_holds(async () => JSON.stringify(await texts(alice)) === JSON.stringify(expected))
  const cannot_load = () => alice.page.route('**/dialog/*/list*', (route) => route.abort())
  const can_load = () => alice.page.unroute('**/dialog/*/list*')
  const is_told = async () => {
    await alice.page.locator('.side .line').getByText('Catching up').waitFor()
    await alice.page.getByRole('status').getByText('Not everything is loaded yet').waitFor()
    expect(await alice.page.locator('.line.live').count()).toBe(0)
  }
  const hears = async (text: string) => {
    await writes(bob, text)
    await alice.page.getByRole('link', { name: new RegExp(`Bob.*${text}`) }).waitFor()
  }

  test('is told so, not that there are no messages, and is shown them as soon as they are there', async () => {
    await hears('one')
    await cannot_load()
    await opens(alice, bob.id)
    await is_told()
    await hears('two')
    await writes(alice, 'three')
    await shows('three')
    expect(await alice.page.getByText('No messages yet').count()).toBe(0)
    await can_load()
    await shows('one', 'two', 'three')
    await is_live(alice)
  })

  test('is shown what was kept of it, and no gap before what comes in, until the rest is there', async () => {
    const { context } = alice
    await until_it_holds(() =>
      alice.page.evaluate((id) => /three/.test(localStorage.getItem(`kept:dialog:${id}`) ?? ''), bob.id),
    )
    await alice.page.close()
    await writes(bob, 'while she was away')
    alice.page = await context.newPage()
    await alice.page.goto(served.url)
    await is_live(alice)
    await cannot_load()
    await opens(alice, bob.id)
    await is_told()
    await hears('five')
    await shows('one', 'two', 'three')
    await can_load()
    await shows('one', 'two', 'three', 'while she was away', 'five')
    await is_live(alice)
  })

  test('is shown it with the next answer to a ping, and when it is opened again, however long it is to wait', async () => {
    const is_empty = () => alice.page.getByText('No messages yet').waitFor()
    const answer = {
      status: 503,
      headers: { 'retry-after': '3600' },
      body: '{"code":50301,"message":"Busy"}',
    }
    for (const person of ['carol', 'dave']) {
      await alice.page.route('**/dialog/*/list*', (route) => route.fulfill(answer))
      await opens(alice, person)
      await is_told()
      await can_load()
      // The first is loaded because of a ping, which is sent at once when the network is back.
      if (person === 'carol') await alice.page.evaluate('dispatchEvent(new Event("online"))')
      else {
        await opens(alice, bob.id)
        await opens(alice, person)
      }
      await is_empty()
      await is_live(alice)
    }
  })

  test('is told why, and is live, if there is no use in trying again', async () => {
    await opens(alice, 'x'.repeat(300))
    await alice.page.getByText(/^This dialog cannot be loaded:/).waitFor()
    await is_live(alice)
    expect(await alice.page.getByText('No messages yet').count()).toBe(0)
    await opens(alice, bob.id)
    await shows('one', 'two', 'three', 'while she was away', 'five')
  })
})
