import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { type ByteBudget, byteBudget } from '../../lib/byte-budget.ts'
import { checkHealthContract } from '../../lib/contract/check-health.ts'
import type { Handler } from '../../lib/http/endpoint.ts'
import { type HttpServer, httpServer } from '../../lib/http/server.ts'
import { openLog } from '../../lib/log.ts'
import { NO_METRICS } from '../../lib/metrics/metrics.ts'
import { time_stands_still } from '../fakes/still-time.ts'
import { a_connection } from '../world/raw-http.ts'

const HOST = '127.0.0.1'
/** More than the system buffers for a connection that is not read. */
const BYTES = 40_000_000
const LONG_MS = 3_600_000

describe('the memory of a large reply that its client does not read', () => {
  let server: HttpServer
  let budget: ByteBudget
  let client: ReturnType<typeof a_connection>

  const waits_for_its_client = async () => {
    const reply = { statusCode: 200, headers: {}, body: 'x'.repeat(BYTES), isBase64Encoded: false }
    const answer = async () => reply
    const contract = { ...checkHealthContract, path: '/large' }
    const handler: Handler = Object.assign(answer, { contract, answer })
    budget = byteBudget(BYTES + 1)
    const app = { metrics: NO_METRICS, log: openLog({ write: () => undefined }), replyBytes: () => budget }
    server = httpServer([handler], { connections: 10, cors: { origins: [], headers: [] } }, app)
    client = a_connection(`http://${HOST}:${await server.listen(0, HOST)}`)
    client.socket.pause()
    const charged = new Promise<void>((resolve) => {
      const { charge } = budget
      budget.charge = (bytes) => {
        resolve()
        return charge(bytes)
      }
    })
    client.socket.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n')
    await charged
  }
  afterEach(async () => {
    jest.useRealTimers()
    client.socket.destroy()
    await server.stop()
  })

  /** Rejects immediately, even with fake timers, unless the memory is free. */
  const isFree = () => budget.reserve(BYTES, 0)

  test('is not available to others until the reply is read', async () => {
    await waits_for_its_client()
    await expect(isFree()).rejects.toMatchObject({ kind: 'overloaded' })
    const waiting = budget.reserve(BYTES, LONG_MS)
    client.socket.resume()
    await waiting
  })

  test('is released when the client disconnects', async () => {
    await waits_for_its_client()
    const waiting = budget.reserve(BYTES, LONG_MS)
    client.socket.destroy()
    await waiting
  })

  test('is released after a minute', async () => {
    time_stands_still()
    await waits_for_its_client()
    const waiting = budget.reserve(BYTES, LONG_MS)
    await jest.advanceTimersByTimeAsync(59_999)
    const early = isFree()
    jest.advanceTimersByTime(0)
    await expect(early).rejects.toMatchObject({ kind: 'overloaded' })
    await jest.advanceTimersByTimeAsync(1)
    await waiting
  })
})
