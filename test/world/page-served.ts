/** The page as `npm run serve` serves it, and people who use it in a browser. */
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { localAccountsVariables } from '../../dev/keys.ts'
import { startServing } from '../../dev/serving.ts'

const HOST = '127.0.0.1'
const PASSWORD = 'correct horse battery'

/** What stands in front of instances: one address, whichever of them there is. */
const a_front = async () => {
  let port = 0
  let delayMs = 0
  const open = new Set<Socket>()
  const front = createServer((client) => {
    const instance = connect(port, HOST)
    for (const [socket, other] of [
      [client, instance],
      [instance, client],
    ] as const) {
      open.add(socket)
      socket.on('error', () => other.destroy()).on('close', () => other.destroy() && open.delete(socket))
      // Chunks that wait for the same time stay in their order.
      socket.on('data', (chunk) => void setTimeout(() => other.write(chunk), delayMs))
      socket.on('end', () => void setTimeout(() => other.end(), delayMs))
    }
  })
  await new Promise<void>((resolve) => front.listen(0, HOST, resolve))
  return {
    url: `http://${HOST}:${(front.address() as AddressInfo).port}`,
    leadTo: (url: string) => {
      port = Number(new URL(url).port)
    },
    /** In each direction. */
    delay: (ms: number) => {
      delayMs = ms
    },
    close: () => {
      front.close()
      for (const socket of open) socket.destroy()
    },
  }
}

/** One process with an embedded store, behind an address that stays. */
export const a_served_page = async (variables: Record<string, string> = {}) => {
  const directory = await mkdtemp(join(tmpdir(), 'page-'))
  const front = await a_front()
  const env = {
    PUSH: 'on',
    ...(await localAccountsVariables(directory)),
    EMBEDDED_STORE: join(directory, 'embedded.sqlite'),
    // Other tests may have a database.
    CQL_CONTACT_POINTS: '',
    ...variables,
  }
  const start = () => startServing(env, 0, join(directory, 'log'))
  let serving = await start()
  front.leadTo(serving.url)
  return {
    url: front.url,
    delay: front.delay,
    /** Without a word to anybody. */
    kill: async () => {
      process.kill(serving.pid, 'SIGKILL')
      await serving.ended
    },
    restart: async () => {
      serving = await start()
      front.leadTo(serving.url)
    },
    stop: async () => {
      front.close()
      await serving.stop()
      await rm(directory, { recursive: true })
    },
  }
}

export type Someone = {
  name: string
  id: string
  context: BrowserContext
  page: Page
  /** What the browser complained about: violations of the page's policy, and errors of its script. */
  complaints: string[]
}

/** Has signed up, and looks at the inbox. */
export const someone = async (
  browser: Browser,
  url: string,
  name: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Someone> => {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML/.test(message.text())) complaints.push(message.text())
  })
  await page.goto(url)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('button', { name: 'I have it' }).click()
  const id = await page.evaluate(() => JSON.parse(localStorage.getItem('session') ?? '{}').user as string)
  return { name, id, context, page, complaints }
}

export const opens = async ({ page }: Pick<Someone, 'page'>, person: string) => {
  await page.goto(`${page.url().split('#')[0]}#/${encodeURIComponent(person)}`)
  await page.getByRole('region', { name: 'Messages' }).waitFor()
}

export const writes = async ({ page }: Pick<Someone, 'page'>, text: string) => {
  await page.getByLabel(/^Message to/).fill(text)
  await page.keyboard.press('Enter')
}

/** The texts that are shown, from top to bottom, with what has not been sent yet. */
export const texts = ({ page }: Pick<Someone, 'page'>): Promise<string[]> =>
  page
    .getByRole('region', { name: 'Messages' })
    .locator('li > p')
    .evaluateAll((all) => all.map((one) => (one.textContent ?? '').replace(/^(You|They): /, '')))

export const is_live = ({ page }: Pick<Someone, 'page'>) =>
  page.locator('.side .line.live').waitFor({ state: 'attached' })
