/** One request of a client over HTTP, and how it ended. Nothing is repeated here. */
import { Agent, request } from 'undici'
import type { UserId } from '../../lib/model/ids.ts'
import type { Sent, Try } from '../checker/sent.ts'

export type Person = { id: UserId; token: string }
export type Instances = { urls: string[]; connections: Agent }

/** The service replies within five seconds. */
const REPLY_MS = 10_000

/** Each request on a connection of its own, should it need one. */
export const openInstances = (urls: string[]): Instances => ({ urls, connections: new Agent() })

/** @param patienceMs after so long the client hangs up; undefined: it waits for the reply */
export const trySend = async (
  { urls, connections }: Instances,
  instance: number,
  { token }: Person,
  { to, text, key }: Sent,
  patienceMs: number | undefined,
): Promise<Try> => {
  const beganMs = performance.now()
  const url = `${urls[instance]}/dialog/${encodeURIComponent(to)}/send`
  const reply = await request(url, {
    dispatcher: connections,
    method: 'POST',
    headers: { ...authorization(token), 'content-type': 'application/json', 'idempotency-key': `"${key}"` },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(patienceMs ?? REPLY_MS),
  })
    .then(async ({ statusCode, headers, body }) => ({
      status: statusCode,
      body: await body.text(),
      retryAfterSeconds: secondsIn(headers['retry-after']),
    }))
    .catch((error: Error) => ({
      status:
        patienceMs !== undefined && error.name === 'TimeoutError'
          ? ('hung up' as const)
          : ('no reply' as const),
      body: error.message,
      retryAfterSeconds: undefined,
    }))
  return { instance, beganMs, endedMs: performance.now(), ...reply }
}

export const authorization = (token: string) => ({ authorization: `Bearer ${token}` })

const secondsIn = (header: string | string[] | undefined): number | undefined =>
  header === undefined ? undefined : Number(header)
