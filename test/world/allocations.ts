/**
 * Run with `--expose-gc --min-semi-space-size=256 --max-semi-space-size=256`: prints, as JSON, the bytes that each kind of
 * request allocates in our own code, on a store that answers at once. The young generation is so large that nothing is
 * collected meanwhile: what is in use is what was allocated.
 */
import { OPERATIONS } from '../../bin/operations.ts'
import { openApp } from '../../lib/context.ts'
import { readEvent } from '../../lib/http/request.ts'
import { openLog } from '../../lib/log.ts'
import { messageIdAt } from '../../lib/model/ids.ts'
import type { Message } from '../../lib/model/message.ts'
import type { Store } from '../../lib/store/store.ts'

const [WARM_UP, COUNTED] = [10_000, 2_000]
/** The least of them counts: on a busy machine, code that is yet to be optimized allocates more. */
const ROUNDS = 3
const PAGE = 20
const GATEWAY_SECRET = 'x'.repeat(32)

const answered = Promise.resolve()
const rows = Array.from(
  { length: PAGE + 1 },
  (_, index) =>
    ({
      id: messageIdAt(1_800_000_000_000 - index * 60_000, new Uint8Array(10)),
      from: 'alice',
      to: 'bob',
      text: 'How are you?',
    }) as Message,
)
const page = Promise.resolve({ rows })
const nothing = Promise.resolve({ rows: [] })
const store = {
  insertMessage: () => answered,
  messagesBefore: () => page,
  newestBucket: () => nothing,
  bucketsUpTo: () => nothing,
  newestBuckets: () => nothing,
  putListing: () => answered,
  setListed: () => answered,
  databaseTime: async () => Date.now(),
} as Partial<Store> as Store

const env = {
  AUTH_MODE: 'gateway',
  AUTH_GATEWAY_SECRET: GATEWAY_SECRET,
  CQL_CONTACT_POINTS: '127.0.0.1',
  CQL_LOCAL_DATA_CENTER: 'datacenter1',
  SENDS_PER_SECOND: '0',
}
const real = openApp(env, openLog({ write: () => undefined }))
const app = {
  ...real,
  contextFor: (...asked: Parameters<typeof real.contextFor>) =>
    Object.assign(real.contextFor(...asked), { store }),
}
const headers = {
  'x-gateway-secret': GATEWAY_SECRET,
  'x-user-id': 'alice',
  'content-type': 'application/json',
}
const asking = (rawPath: string, method: string, rawQueryString = '', body?: string) =>
  readEvent({ version: '2.0', rawPath, rawQueryString, headers, body, requestContext: { http: { method } } })
const requests = {
  sendMessage: asking('/dialog/bob/send', 'POST', '', '{"text":"How are you?"}'),
  listMessages: asking('/dialog/bob/list', 'GET', `limit=${PAGE}`),
  checkHealth: asking('/health', 'GET'),
}
const handlers = new Map(OPERATIONS.map((on) => [on.contract.operation, on(app)]))

const ask = async (operation: keyof typeof requests, times: number) => {
  for (let time = 0; time < times; time += 1) {
    const { statusCode, body } = (await handlers.get(operation)?.answer(requests[operation])) ?? {}
    if (statusCode !== 200) throw new Error(`${operation}: ${statusCode} ${body}`)
  }
}

const allocated: Record<string, number> = {}
for (const operation of Object.keys(requests) as (keyof typeof requests)[]) {
  await ask(operation, WARM_UP)
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    await ask(operation, COUNTED)
    rounds.push((process.memoryUsage().heapUsed - before) / COUNTED)
  }
  allocated[operation] = Math.round(Math.min(...rounds))
}
process.stdout.write(JSON.stringify(allocated))
