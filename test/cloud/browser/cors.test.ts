import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import * as then from '../../sentences/then.ts'
import * as when from '../../sentences/when.ts'
import { a_browser, an_origin } from '../../world/browser.ts'
import { type ServedInMemory, served_in_memory } from '../../world/served-in-memory.ts'

/** Runs in the page: sends with every header of the API, then follows Link headers from the newest message to the oldest. */
const talk = async ({ url, bearer, to }: { url: string; bearer: string; to: string }) => {
  const headers = { authorization: bearer, 'x-request-id': 'from-a-page' }
  const dialog = `${url}/dialog/${to}`
  const send = async (text: string) => {
    const more = { ...headers, 'content-type': 'application/json', 'idempotency-key': `"${text}"` }
    const reply = await fetch(`${dialog}/send`, {
      method: 'POST',
      headers: more,
      body: JSON.stringify({ text }),
    })
    return { status: reply.status, requestId: reply.headers.get('x-request-id') }
  }
  const sent = [await send('one'), await send('two'), await send('two'), await send('three')]
  const listed: string[] = []
  let query: string | undefined = '?limit=1'
  while (query) {
    const reply: Response = await fetch(`${dialog}/list${query}`, { headers })
    for (const { text } of (await reply.json()) as { text: string }[]) listed.push(text)
    query = /<(\?[^>]*)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1]
  }
  return { sent, listed }
}

describe('a page in a browser', () => {
  let browser: Browser
  let server: ServedInMemory
  let allowed: Awaited<ReturnType<typeof an_origin>>
  let stranger: Awaited<ReturnType<typeof an_origin>>

  beforeAll(async () => {
    ;[allowed, stranger] = [await an_origin(), await an_origin()]
    server = await served_in_memory({ origins: [allowed.origin], headers: [] })
    browser = await a_browser()
  })
  afterAll(async () => {
    await browser?.close()
    allowed.close()
    stranger.close()
    await server.stop()
  })

  const a_page_of = async (origin: string): Promise<Page> => {
    const page = await browser.newPage()
    await page.goto(origin)
    return page
  }
  const talking = () => {
    const { url, alice, bob } = server
    return { url, bearer: String(alice.headers['authorization']), to: bob.id }
  }

  test('of an allowed origin sends with every header of the API, lists, and follows Link', async () => {
    const page = await a_page_of(allowed.origin)
    const { sent, listed } = await page.evaluate(talk, talking())
    expect(sent).toEqual(Array(4).fill({ status: 200, requestId: 'from-a-page' }))
    expect(listed.toSorted()).toEqual(['one', 'three', 'two'])
    await then.the_dialog_holds(server.service, server.alice, server.bob, listed)
  })

  test('of another origin reads nothing, and nothing that it sends is stored', async () => {
    const page = await a_page_of(stranger.origin)
    const before = await when.they_list_everything(server.service, server.alice, server.bob)
    await expect(page.evaluate(talk, talking())).rejects.toThrow('Failed to fetch')
    expect(await when.they_list_everything(server.service, server.alice, server.bob)).toEqual(before)
  })
})
