import { afterEach, describe, expect, test } from '@jest/globals'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { type App, openApp } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import * as when from '../sentences/when.ts'
import { inProcess } from '../world/service.ts'

const SECRET = 'x'.repeat(32)
const ALICE = { id: 'alice', headers: { 'x-gateway-secret': SECRET, 'x-user-id': 'alice' } }

let app: App
afterEach(() => app.close())

/** The lines of a health check and of a send that fails for lack of a database. */
const lines_of = async (more: Record<string, string>) => {
  const lines: Record<string, unknown>[] = []
  const variables = {
    AUTH_MODE: 'gateway',
    AUTH_GATEWAY_SECRET: SECRET,
    CQL_CONTACT_POINTS: '127.0.0.1',
    CQL_PORT: String(await freePort('127.0.0.1')),
    ...more,
  }
  app = openApp(variables, openLog({ write: (line) => void lines.push(JSON.parse(line)) }))
  await inProcess(app)({ method: 'GET', path: '/health', headers: {} })
  await when.they_send(inProcess(app), ALICE, { id: 'bob' }, 'Hello')
  return lines.filter(({ message }) => message === 'request')
}

describe('the log line of a request in a function', () => {
  test('has metrics for CloudWatch with METRICS=on, and is the line that it was otherwise', async () => {
    const [healthy, refused] = await lines_of({ METRICS: 'on' })
    const metrics = { dialogs_requests_total: 1, dialogs_request_duration_seconds: expect.any(Number) }
    const _aws = { Timestamp: expect.any(Number), CloudWatchMetrics: expect.any(Array) }
    expect(healthy).toMatchObject({ _aws, operation: 'checkHealth', status: 200, code: '200', ...metrics })
    expect(refused).toMatchObject({ _aws, operation: 'sendMessage', status: 503, code: '50301', ...metrics })
    expect(refused?.['err']).toBeDefined()
  })

  test.each([{}, { METRICS: 'off' }, { METRICS: '' }])('has none by default: %j', async (more) => {
    const [healthy, refused] = await lines_of(more)
    for (const line of [healthy, refused]) expect(Object.keys(line ?? {}).join()).not.toMatch(/_aws|dialogs_/)
    expect(healthy).not.toHaveProperty('code')
    expect(refused).toMatchObject({ code: 50301 })
  })
})
