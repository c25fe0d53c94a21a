/** Waits for a service that has been started. */
import { setTimeout as sleep } from 'node:timers/promises'

const LIMIT_MS = 60_000
const POLL_MS = 100

/** Resolves when a function has answered. @throws Error after a minute */
export const untilHealthy = async (url: string): Promise<void> => {
  const deadline = Date.now() + LIMIT_MS
  for (;;) {
    const reply = await fetch(`${url}/health`).catch(() => undefined)
    if (reply && (await reply.text()) === '{"status":"alive"}') return
    if (Date.now() > deadline) throw new Error(`no answer within ${LIMIT_MS / 1000} s`)
    await sleep(POLL_MS)
  }
}
