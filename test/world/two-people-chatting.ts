/** Two people at the page of one process, for all tests of a file. */
import { afterAll, beforeAll } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { a_browser } from './browser.ts'
import { a_served_page, is_live, type Someone, someone } from './page-served.ts'

export let browser: Browser
export let served: Awaited<ReturnType<typeof a_served_page>>
export let alice: Someone
export let bob: Someone

export const before_all_two_people_chat = () => {
  beforeAll(async () => {
    browser = await a_browser()
    served = await a_served_page()
    alice = await someone(browser, served.url, 'Alice')
    bob = await someone(browser, served.url, 'Bob')
    await Promise.all([is_live(alice), is_live(bob)])
  })
  afterAll(async () => {
    await browser?.close()
    await served?.stop()
  })
}
