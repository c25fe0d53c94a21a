import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { type Emulator, startEmulator } from '../../../dev/emulator.ts'
import { localAccountsVariables } from '../../../dev/keys.ts'
import { a_browser } from '../../world/browser.ts'
import { is_live, opens, type Someone, someone, texts, writes } from '../../world/page-served.ts'
import { until_it_holds } from '../../world/until.ts'

describe('two people whose pages the emulator serves', () => {
  let browser: Browser
  let directory: string
  let emulator: Emulator
  let alice: Someone
  let bob: Someone

  beforeAll(async () => {
    browser = await a_browser()
    directory = await mkdtemp(join(tmpdir(), 'page-emulator-'))
    const variables = {
      CQL_CONTACT_POINTS: '',
      EMBEDDED_STORE: join(directory, 'embedded.sqlite'),
      PUSH: 'on',
      ...(await localAccountsVariables(directory)),
    }
    emulator = await startEmulator(variables, 0, () => undefined)
    alice = await someone(browser, emulator.url, 'Alice')
    bob = await someone(browser, emulator.url.replace('127.0.0.1', 'localhost'), 'Bob')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await emulator?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  test('are connected to its WebSocket, at whichever of its two names they opened the page', async () => {
    await Promise.all([is_live(alice), is_live(bob)])
    expect(await alice.page.locator('meta[name=socket]').getAttribute('content')).toBe(emulator.socket)
  })

  test('see at once what the other writes, types and has read', async () => {
    await opens(alice, bob.id)
    await opens(bob, alice.id)
    await Promise.all([is_live(alice), is_live(bob)])
    await writes(alice, 'Hello, Bob!')
    await until_it_holds(async () => (await texts(bob)).join() === 'Hello, Bob!')
    await alice.page.getByText('· Read').waitFor()
    await bob.page.getByLabel('Message to Alice').pressSequentially('Hi')
    await alice.page.getByText('Bob is typing').waitFor()
    await bob.page.keyboard.press('Enter')
    await until_it_holds(async () => (await texts(alice)).join() === 'Hello, Bob!,Hi')
    await bob.page.getByText('· Read').waitFor()
    for (const { page } of [alice, bob]) expect(await page.locator('.side .line.live').count()).toBe(1)
  })

  test('never make the browser complain', () => {
    expect([alice.complaints, bob.complaints]).toEqual([[], []])
  })
})
