import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { a_browser } from '../../world/browser.ts'
import { a_served_page, opens, type Someone, someone, texts, writes } from '../../world/page-served.ts'
import { until_it_holds } from '../../world/until.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PHONE = { width: 390, height: 844 }
const DESKTOP = { width: 1_280, height: 800 }

/** What keeps people from using the page, as `rule: element`. */
const findings = async (page: Page): Promise<string[]> => {
  // Through the debugger, which the page's policy does not apply to.
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

describe('the page', () => {
  let browser: Browser
  let served: Awaited<ReturnType<typeof a_served_page>>

  beforeAll(async () => {
    browser = await a_browser()
    served = await a_served_page({ PUSH: 'off' })
  })
  afterAll(async () => {
    await browser?.close()
    await served?.stop()
  })

  test('has findings of axe if something is wrong', async () => {
    const page = await browser.newPage()
    await page.goto(served.url)
    await page.evaluate('document.querySelector("label").remove()')
    expect(await findings(page)).not.toEqual([])
    await page.close()
  })

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    test.each([DESKTOP, PHONE])('has no finding of axe at %j, in any of its views', async (viewport) => {
      const page = await browser.newPage({ viewport, colorScheme })
      await page.goto(served.url)
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Create an account' }).click()
      expect(await findings(page)).toEqual([])
      await page.close()
      const alice = await someone(browser, served.url, 'Alice', { viewport, colorScheme })
      expect(await findings(alice.page)).toEqual([])
      await opens(alice, 'bob')
      await writes(alice, 'sent')
      await until_it_holds(async () => (await alice.page.getByText('Sending').count()) === 0)
      await alice.context.setOffline(true)
      await writes(alice, 'not sent')
      await alice.page.getByText(/^Not sent/).waitFor()
      expect(await findings(alice.page)).toEqual([])
      await alice.context.close()
    })
  })

  describe('of somebody on a phone, without a socket', () => {
    let alice: Someone
    let bob: Someone

    beforeAll(async () => {
      alice = await someone(browser, served.url, 'Alice', { viewport: PHONE })
      bob = await someone(browser, served.url, 'Bob')
    })

    test('says that it asks every few seconds, and finds what is new', async () => {
      await alice.page.getByText('Checking every few seconds').waitFor()
      await opens(bob, alice.id)
      await writes(bob, 'Hello, Alice!')
      await alice.page.getByRole('link', { name: /Bob.*Hello, Alice!.*1 unread/ }).click()
      await until_it_holds(async () => (await texts(alice)).join() === 'Hello, Alice!')
      await writes(bob, 'Are you there?')
      await until_it_holds(async () => (await texts(alice)).join() === 'Hello, Alice!,Are you there?')
      await alice.page.getByRole('log').getByText('Bob: Are you there?').waitFor()
      await bob.page.getByText('· Read').waitFor()
    })

    test('shows one pane at a time, and goes back to the row that was open', async () => {
      await alice.page.getByRole('button', { name: 'Back to all dialogs' }).click()
      await until_it_holds(() =>
        alice.page.evaluate<boolean>('/Bob/.test(document.activeElement.textContent)'),
      )
      expect(await alice.page.getByRole('region', { name: 'Messages' }).count()).toBe(0)
    })

    test('loads a long dialog as one scrolls up, in order, without doubles, and stays where one reads', async () => {
      const { token } = await bob.page.evaluate(() => JSON.parse(localStorage.getItem('session') ?? '{}'))
      const all = ['Hello, Alice!', 'Are you there?']
      for (let count = 1; count <= 130; count += 1) {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
        const text = `message ${count}`
        await fetch(`${served.url}/dialog/${alice.id}/send`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ text }),
        })
        all.push(text)
      }
      const carol = await alice.context.newPage()
      await carol.goto(`${served.url}#/${bob.id}`)
      const messages = carol.getByRole('region', { name: 'Messages' })
      await until_it_holds(async () => (await texts({ page: carol })).at(-1) === 'message 130')
      for (let rounds = 0; rounds < 10 && (await texts({ page: carol })).length < all.length; rounds += 1) {
        const before = (await texts({ page: carol })).length
        await messages.evaluate((element) => element.scrollTo(0, 0))
        await until_it_holds(async () => (await texts({ page: carol })).length > before)
      }
      expect(await texts({ page: carol })).toEqual(all)
    })
  })
})
