/** How functions reach connections: signed requests to the API Gateway at which they end, or to what speaks its protocol. */
import * as http from 'node:http'
import * as https from 'node:https'
import { AwsV4Signer } from 'aws4fetch'
import { type Environment, misconfigured } from '../config/environment.ts'
import type { PushConfig } from '../config/push.ts'
import { showFrame } from '../contract/frames.ts'
import type { Log, RequestLog } from '../log.ts'
import type { Connection, ConnectionId } from '../model/connection.ts'
import { devicesOf } from '../push/devices.ts'
import { type Delivery, isTooOld, type Push, type Wire } from '../push/wire.ts'

type Settings = {
  /** The WebSocket API and its stage: `https://<id>.execute-api.<region>.amazonaws.com/<stage>`. */
  endpoint: string
  /** AWS_REGION and the function's credentials are read at each signing: a runtime may replace them. */
  env: Environment
  log: Pick<RequestLog, 'warn'>
  /** Unix milliseconds. */
  now?: () => number
  /** When a call is given up. */
  timeoutMs?: number
}
type Call = { method: 'POST' | 'DELETE'; id: ConnectionId; body?: string; sentMs?: number }
type Request = { method: string; url: string; body?: string }
type Signed = Request & { headers: Record<string, string> }

const TIMEOUT_MS = 250
/** A function may have been frozen for longer than this: its idle connections may then be dead without its knowing. */
const IDLE_MS = 4_000

/** Undefined: nothing is pushed. @throws Fault `misconfigured` */
export const functionsPush = (
  config: PushConfig | undefined,
  env: Environment,
  log: Log,
): Push | undefined => {
  if (!config) return undefined
  const { endpoint } = config
  if (!endpoint) throw misconfigured('PUSH_ENDPOINT is not set')
  return {
    wire: gatewayWire({ endpoint, env, log }),
    devicesOf,
    endpoint,
    awaitedMs: TIMEOUT_MS,
    // Each ping costs money; but AWS closes a connection that was idle for ten minutes.
    pingSeconds: 300,
    // A function does not know how many connections there are.
    reconnectMs: () => 5_000,
  }
}

export const gatewayWire = ({
  endpoint,
  env,
  log,
  now = Date.now,
  timeoutMs = TIMEOUT_MS,
}: Settings): Wire => {
  const send = sender(endpoint, now)
  /** @returns undefined if it is too late to send it, or if there was no answer in time */
  const call = async (
    { method, id, body, sentMs = now() }: Call,
    signal = AbortSignal.timeout(timeoutMs),
  ) => {
    try {
      const url = `${endpoint}/@connections/${encodeURIComponent(id)}`
      const signed = await sign({ method, url, ...(body !== undefined && { body }) }, env)
      if (isTooOld(sentMs, now())) return undefined
      const status = await send(signed, signal)
      if (!EXPECTED.has(status)) log.warn({ status }, 'a call to the gateway of connections was refused')
      return status
    } catch (err) {
      log.warn({ err }, 'the gateway of connections was not reached')
      return undefined
    }
  }
  /** A row may contain any address: signed requests go to this one alone. */
  const isOurs = (device: Pick<Connection, 'endpoint'>) => device.endpoint === endpoint
  return {
    post: async (device, frame, sentMs) => {
      if (!isOurs(device)) return 'unreachable'
      return deliveryOf(await call({ method: 'POST', id: device.id, body: showFrame(frame), sentMs }))
    },
    close: async (device, bye) => {
      if (!isOurs(device)) return
      const signal = AbortSignal.timeout(timeoutMs)
      const told = await call({ method: 'POST', id: device.id, body: showFrame(bye) }, signal)
      if (told !== GONE) await call({ method: 'DELETE', id: device.id }, signal)
    },
  }
}

const [GONE, TOO_MANY] = [410, 429]
/** AWS, "Use @connections commands in your backend service". */
const EXPECTED = new Set([200, 204, GONE, TOO_MANY])

const deliveryOf = (status: number | undefined): Delivery => {
  if (status === 200) return 'delivered'
  if (status === GONE) return 'gone'
  return status === TOO_MANY ? 'slow' : 'unreachable'
}

/** @throws TypeError without credentials */
const sign = async (request: Request, env: Environment): Promise<Signed> => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = env
  const signer = new AwsV4Signer({
    ...request,
    service: 'execute-api',
    region: String(AWS_REGION),
    accessKeyId: AWS_ACCESS_KEY_ID as string,
    secretAccessKey: AWS_SECRET_ACCESS_KEY as string,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  })
  const { headers } = await signer.sign()
  return { ...request, headers: Object.fromEntries(headers) }
}

/** Not fetch, which follows redirects, and goes on using connections that died while the function was frozen. */
const sender = (endpoint: string, now: () => number) => {
  const { request, Agent } = endpoint.startsWith('https:') ? https : http
  const open = () => new Agent({ keepAlive: true })
  let [agent, usedMs] = [open(), now()]
  const liveAgent = () => {
    if (Math.abs(now() - usedMs) > IDLE_MS) {
      agent.destroy()
      agent = open()
    }
    usedMs = now()
    return agent
  }
  return ({ url, method, headers, body }: Signed, signal: AbortSignal): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(url, { method, headers, agent: liveAgent(), signal }, (reply) => {
        // Read to its end, so that the connection can be used again.
        reply.on('error', () => undefined).resume()
        resolve(Number(reply.statusCode))
      })
      // After a 101, node:http emits neither a response nor an error.
      asked.once('close', () => reject(new Error('closed without an answer')))
      asked.on('error', reject).end(body)
    })
}
