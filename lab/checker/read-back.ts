/** Every dialog of a run, whole, downwards and upwards, over HTTP. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, request } from 'undici'
import type { MessageId, UserId } from '../../lib/model/ids.ts'
import type { ListMessages } from '../../lib/model/operations.ts'
import { authorization, type Person } from '../kit/people.ts'
import type { Listing } from './check.ts'
import { dialogOf, type Sent, type Shown } from './sent.ts'
import { type Reader, walkDown, walkUp } from './walk.ts'

/** Where the instances of the service are, and the connections to them. */
export type Instances = { urls: string[]; connections: Agent }

const PAGES = [50, 200, 7]
const DIALOGS_AT_ONCE = 8
const PATIENCE_MS = 60_000

/** @throws Error when a page cannot be had within a minute */
export const readBack = async (instances: Instances, people: Person[], sent: Sent[]): Promise<Listing[]> => {
  const tokens = new Map(people.map(({ id, token }) => [id, token]))
  const readers = instances.urls.map((url) => readerAt(url, instances, tokens))
  const dialogs = [...Map.groupBy(sent, dialogOf)]
  const listings: Listing[] = []
  const readOn = async () => {
    for (let next = dialogs.pop(); next; next = dialogs.pop()) {
      const [dialog, [pair]] = next as [string, [Sent]]
      const walk = { instances: readers, pair, limits: PAGES }
      listings.push({ dialog, direction: 'downwards', messages: await walkDown(walk) })
      listings.push({ dialog, direction: 'upwards', messages: await walkUp(walk) })
    }
  }
  await Promise.all(Array.from({ length: DIALOGS_AT_ONCE }, readOn))
  return listings
}

const readerAt = (url: string, { connections }: Instances, tokens: Map<UserId, string>): Reader<Shown> => ({
  list: async ({ caller, other, limit, before, after }: ListMessages) => {
    const query = Object.entries({ limit, before, after }).filter(([, value]) => value !== undefined)
    const page = `${url}/dialog/${encodeURIComponent(other)}/list?${new URLSearchParams(query as [string, string][])}`
    const { body, link } = await untilAnswered(page, String(tokens.get(caller)), connections)
    const older = /before=([^&>]*)[^>]*>; rel="next"/.exec(link)?.[1]
    return { messages: JSON.parse(body), limit, ...(older && { older: older as MessageId }) }
  },
})

/** @throws Error when it cannot be had within a minute */
export const untilAnswered = async (page: string, token: string, connections: Agent) => {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const reply = await request(page, { dispatcher: connections, headers: authorization(token) })
    const body = await reply.body.text()
    if (reply.statusCode === 200) return { body, link: String(reply.headers['link']) }
    if (reply.statusCode !== 503 || performance.now() > deadline)
      throw new Error(`${page} answers ${reply.statusCode} ${body}`)
    await sleep(Number(reply.headers['retry-after']) * 1_000)
  }
}
