import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { a_browser } from '../../world/browser.ts'
import { is_live, opens, type Someone, someone, texts, writes } from '../../world/page-served.ts'
import { two_instances } from '../../world/two-instances.ts'
import { until_it_holds } from '../../world/until.ts'

describe('two people whose pages are at different instances, on a real CQL database,', () => {
  let browser: Browser
  let instances: Awaited<ReturnType<typeof two_instances>>
  let alice: Someone
  let bob: Someone

  beforeAll(async () => {
    browser = await a_browser()
    instances = await two_instances()
    alice = await someone(browser, instances.one, 'Alice')
    bob = await someone(browser, instances.other, 'Bob')
    await Promise.all([opens(alice, bob.id), opens(bob, alice.id)])
    await Promise.all([is_live(alice), is_live(bob)])
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await instances?.stop()
  })

  test('see at once what the other writes, types and has read', async () => {
    await writes(alice, 'Hello, Bob!')
    await until_it_holds(async () => (await texts(bob)).join() === 'Hello, Bob!')
    await alice.page.getByText('· Read').waitFor()
    await bob.page.getByLabel(/^Message to/).pressSequentially('Hi')
    await alice.page.getByText('Bob is typing').waitFor()
    await bob.page.keyboard.press('Enter')
    await until_it_holds(async () => (await texts(alice)).join() === 'Hello, Bob!,Hi')
    await bob.page.getByText('· Read').waitFor()
    // Nothing of this was found by asking.
    for (const { page } of [alice, bob]) expect(await page.locator('.side .line.live').count()).toBe(1)
  })

  test('lose and double nothing when one instance is killed and its browser led to the other', async () => {
    const numbered = Array.from({ length: 30 }, (_, index) => `number ${index + 1}`)
    for (const [index, text] of numbered.entries()) {
      await writes(alice, text)
      if (index === 9) await instances.killOther()
      if (index === 19) {
        await bob.page.locator('.side .line.offline, .side .line.connecting').waitFor()
        await writes(bob, 'while it was down')
        instances.leadOtherToOne()
      }
    }
    await is_live(bob)
    await writes(bob, 'and back')
    const all = ['Hello, Bob!', 'Hi', ...numbered, 'while it was down', 'and back']
    await until_it_holds(async () => {
      const shown = await Promise.all([alice, bob].map(texts))
      return shown.every(({ length }) => length >= all.length) && (await unsent(alice, bob)) === 0
    })
    const shown = await texts(alice)
    expect(await texts(bob)).toEqual(shown)
    expect(shown.toSorted()).toEqual(all.toSorted())
    expect(shown.filter((text) => text.startsWith('number'))).toEqual(numbered)
  })

  test('never make the browser complain', () => {
    expect([alice.complaints, bob.complaints]).toEqual([[], []])
  })
})

const unsent = async (...people: Someone[]): Promise<number> => {
  const counts = await Promise.all(people.map(({ page }) => page.getByText(/^(Sending|Not sent)/).count()))
  return counts.reduce((sum, count) => sum + count, 0)
}
