/** Waits until a service that was started answers. */
import { setTimeout as sleep } from 'node:timers/promises'

const LIMIT_MS = 60_000
const POLL_MS = 100

/**
 * Resolves when a function answers.
 * @param ended resolves to a message when the service ends
 * @throws Error with this message, or after a minute
 */
export const untilHealthy = async (url: string, ended: Promise<string>): Promise<void> => {
  const deadline = Date.now() + LIMIT_MS
  let end: string | undefined
  ended.then((how) => {
    end = how
  })
  for (;;) {
    const reply = await fetch(`${url}/health`).catch(() => undefined)
    if (end) throw new Error(end)
    if (reply && (await reply.text()) === '{"status":"alive"}') return
    if (Date.now() > deadline) throw new Error(`no answer within ${LIMIT_MS / 1000} s`)
    await sleep(POLL_MS)
  }
}
