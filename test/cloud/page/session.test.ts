import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { a_browser } from '../../world/browser.ts'
import {
  a_served_page,
  is_live,
  opens,
  type Someone,
  someone,
  texts,
  writes,
} from '../../world/page-served.ts'
import { until_it_holds } from '../../world/until.ts'

type Stored = { user: string; token: string; refreshToken: string }
const sessionIn = (page: Page): Promise<Stored> =>
  page.evaluate(() => JSON.parse(localStorage.getItem('session') ?? 'null'))
const keysIn = (page: Page): Promise<string[]> => page.evaluate(() => Object.keys(localStorage))
const signInHeading = (page: Page) => page.getByRole('heading', { name: 'Sign in' })

describe('somebody with two tabs', () => {
  let browser: Browser
  let served: Awaited<ReturnType<typeof a_served_page>>
  let alice: Someone
  let second: Page

  beforeAll(async () => {
    browser = await a_browser()
    served = await a_served_page()
    alice = await someone(browser, served.url, 'Alice')
    second = await alice.context.newPage()
    await second.goto(served.url)
    await Promise.all([is_live(alice), is_live({ page: second })])
  })
  afterEach(() => served.delay(0))
  afterAll(async () => {
    await browser?.close()
    await served?.stop()
  })

  const asks = (path: string, token: string) =>
    fetch(`${served.url}${path}`, { headers: { authorization: `Bearer ${token}` } })

  test('sees in one what was written in the other, once', async () => {
    await opens(alice, 'bob')
    await opens({ page: second }, 'bob')
    await writes(alice, 'from the first tab')
    await until_it_holds(async () => (await texts({ page: second })).join() === 'from the first tab')
    expect(await texts(alice)).toEqual(['from the first tab'])
  })

  test('refreshes a refused token once for both of them, and stays signed in', async () => {
    let refreshes = 0
    await alice.context.route('**/refresh', async (route) => {
      refreshes += 1
      await route.continue()
    })
    const before = await sessionIn(second)
    // As if it had expired: both tabs are refused at once.
    await second.evaluate(
      (session) =>
        localStorage.setItem('session', JSON.stringify({ ...session, token: session.token.slice(0, -9) })),
      before,
    )
    // What one tab stores reaches the other a moment later.
    await until_it_holds(async () => (await sessionIn(alice.page)).token !== before.token)
    await Promise.all([writes(alice, 'one'), writes({ page: second }, 'two')])
    // Not what the page shows, which is also what it has not sent yet.
    await until_it_holds(async () => {
      const reply = await asks('/dialog/bob/list', (await sessionIn(second)).token)
      return reply.ok && ((await reply.json()) as unknown[]).length === 3
    })
    expect(refreshes).toBe(1)
    expect((await sessionIn(second)).token).not.toBe(before.token)
    await alice.context.unroute('**/refresh')
  })

  test('shows what was kept at once after a reload, before the service answers', async () => {
    await until_it_holds(async () => (await keysIn(second)).includes('kept:dialog:bob'))
    await second.route('**/dialog/**', () => undefined)
    await second.route('**/dialogs**', () => undefined)
    await second.reload()
    await second.getByText('from the first tab').first().waitFor()
    await second.getByRole('link', { name: /bob/ }).waitFor()
    await second.unroute('**/dialog/**')
    await second.unroute('**/dialogs**')
  })

  test('keeps what is being written through a reload', async () => {
    await second.getByLabel('Message to bob').fill('half a sent')
    await second.reload()
    await until_it_holds(
      async () => (await second.getByLabel('Message to bob').inputValue()) === 'half a sent',
    )
  })

  test('signs out of both at once; nothing is kept, and the session is revoked', async () => {
    const dave = await someone(browser, served.url, 'Dave')
    await opens(dave, alice.id)
    await writes(dave, 'unread')
    for (const tab of [alice.page, second]) {
      expect(tab.url()).toMatch(/#\/bob$/)
      await until_it_holds(async () => (await tab.title()) === '(1) Dialogs')
    }
    await dave.context.close()
    const { token, refreshToken } = await sessionIn(alice.page)
    expect((await asks('/dialogs', token)).status).toBe(200)
    await alice.page.getByRole('button', { name: 'Sign out' }).click()
    await signInHeading(alice.page).waitFor()
    await signInHeading(second).waitFor()
    await second.getByText('You have signed out in another tab.').waitFor()
    await until_it_holds(async () => (await asks('/dialogs', token)).status === 401)
    const body = JSON.stringify({ refresh_token: refreshToken })
    const headers = { 'content-type': 'application/json' }
    expect((await fetch(`${served.url}/refresh`, { method: 'POST', headers, body })).status).toBe(401)
    expect([await keysIn(alice.page), await keysIn(second)]).toEqual([[], []])
    expect(await alice.page.content()).not.toContain('from the first tab')
  })

  test('leaves neither the open dialog in the address nor a count in the title, in either tab', () =>
    until_it_holds(async () => {
      const tabs = await Promise.all([alice.page, second].map(async (tab) => [tab.url(), await tab.title()]))
      return tabs.every(([url, title]) => url === `${served.url}/` && title === 'Dialogs')
    }))

  test('whose token is withdrawn elsewhere has to sign in again, and nothing of it is left', async () => {
    const carol = await someone(browser, served.url, 'Carol')
    await opens(carol, 'bob')
    await writes(carol, 'a secret')
    await until_it_holds(async () => (await keysIn(carol.page)).includes('kept:dialog:bob'))
    const { token } = await sessionIn(carol.page)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    await fetch(`${served.url}/revoke`, { method: 'POST', headers, body: '{"all":true}' })
    await carol.page.getByText('Your session has ended').waitFor()
    expect(await keysIn(carol.page)).toEqual([])
    await carol.context.close()
  })

  test('signs in with a user id and a password, or is told that they do not fit', async () => {
    const { page } = alice
    await page.getByLabel('User id').fill(alice.id)
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('alert').getByText('There is no such user and password.').waitFor()
    await page.getByLabel('Password').fill('correct horse battery')
    await page.keyboard.press('Enter')
    await is_live(alice)
    await is_live({ page: second })
  })

  test('brings a token instead', async () => {
    const { token } = await sessionIn(alice.page)
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(served.url)
    await page.getByRole('button', { name: 'Sign in with a token' }).click()
    await page.getByRole('textbox', { name: 'Token' }).fill(token)
    await page.keyboard.press('Enter')
    await is_live({ page })
    expect(page.url()).not.toContain(token.slice(0, 20))
    await context.close()
  })
})
