/** Pictures of the page, as README shows them: two people in a service that is thrown away. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { localAccountsVariables } from './keys.ts'
import { startServing } from './serving.ts'

const IMAGES = join(import.meta.dirname, '../docs/images')
const PASSWORD = 'correct horse battery'
const DESKTOP: BrowserContextOptions = { viewport: { width: 1_120, height: 700 }, colorScheme: 'light' }
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 700 },
  deviceScaleFactor: 2,
  colorScheme: 'dark',
}

type Person = { id: string; token: string }

/** @throws Error when there is no browser */
export const takePictures = async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'pictures-'))
  const browser = await openBrowser()
  const variables = {
    PUSH: 'on',
    EMBEDDED_STORE: join(directory, 'embedded.sqlite'),
    ...(await localAccountsVariables(directory)),
  }
  const serving = await startServing(variables, 0, join(directory, 'log'))
  try {
    await mkdir(IMAGES, { recursive: true })
    await talk(browser, serving.url)
  } finally {
    await browser.close()
    await serving.stop()
    await rm(directory, { recursive: true })
  }
}

const talk = async (browser: Browser, url: string) => {
  const ask = async <Reply>(path: string, body: object, token = ''): Promise<Reply> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await reply.json()) as Reply
  }
  const person = async (first_name: string, second_name: string): Promise<Person> => {
    const { user_id: id } = await ask<{ user_id: string }>('/user/register', {
      first_name,
      second_name,
      password: PASSWORD,
    })
    return { id, ...(await ask<{ token: string }>('/login', { id, password: PASSWORD })) }
  }
  const [ada, bob, carol] = [
    await person('Ada', 'Lovelace'),
    await person('Charles', 'Babbage'),
    await person('Mary', 'Somerville'),
  ]
  const says = (from: Person, to: Person, text: string) => ask(`/dialog/${to.id}/send`, { text }, from.token)
  const opens = async (who: Person, other: Person, options: BrowserContextOptions) => {
    const page = await (await browser.newContext(options)).newPage()
    await page.goto(`${url}/#/${other.id}`)
    await page.getByLabel('User id', { exact: true }).fill(who.id)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.locator('.line.live').first().waitFor({ state: 'attached' })
    return page
  }
  await says(bob, ada, 'The mill turns at last: twenty columns, and none of them jams.')
  await says(bob, ada, 'Would you look at the carriage before I order the brass?')
  await says(ada, bob, 'Gladly. Send me the drawing of the carry mechanism, too.')
  await says(ada, bob, 'I have an idea about Bernoulli numbers, but I do not want to promise anything yet.')
  await says(carol, ada, 'Tea on Thursday?')
  await says(carol, ada, 'Bring your notes, please.')
  const charles = await opens(bob, ada, PHONE)
  const desktop = await opens(ada, bob, DESKTOP)
  await charles.getByLabel(/^Message to/).pressSequentially('Promise it anyway. ')
  await desktop.getByText('is typing').waitFor()
  await desktop.screenshot({ path: join(IMAGES, 'page.png') })
  await charles.getByText('· Read').waitFor()
  await charles.screenshot({ path: join(IMAGES, 'page-phone.png') })
}
