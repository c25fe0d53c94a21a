/** How an instance reaches connections that end at another one: sealed calls over HTTP, which are hints and may be dropped. */
import { Agent, request } from 'node:http'
import type { BlockList } from 'node:net'
import { LRUCache } from 'lru-cache'
import { showFrame } from '../contract/frames.ts'
import type { Log } from '../log.ts'
import { type Delivery, isTooOld, type Wire } from '../push/wire.ts'
import { type Address, addressOf } from './address.ts'
import type { LocalConnections } from './local-connections.ts'
import { type Purpose, sealer } from './seal.ts'
import { type Turns, turns } from './turns.ts'

type Settings = {
  /** Of this instance. */
  endpoint: string
  local: LocalConnections
  secret: string
  /** The addresses that may be called. */
  allowed: BlockList
  log: Pick<Log, 'warn'>
}

/** `answeredMs`: its last answer; `failedMs`: its last failure, if no answer came since. Monotonic milliseconds. */
type Peer = {
  address: Address
  inTurn: Turns
  underWay: number
  answeredMs: number
  failedMs?: number | undefined
  isTried: boolean
}

/** The status, or why there is none; undefined: the call was not made. */
type Outcome = number | string | undefined

const TIMEOUT_MS = 250
/** A circuit breaker: an endpoint that does not answer is skipped for this long, then probed by a single call. */
const LEFT_OUT_MS = 5_000
/** An instance that hangs holds this many calls for a quarter of a second; any more are dropped. */
const CALLS_AT_ONCE = 1_024
/** To each instance. Further calls wait until one is free: more connections would carry no more calls. */
const CONNECTIONS = 32
/** Below the idle timeout of the peer port, so that it is the caller who closes. */
const IDLE_MS = 30_000
/** Endpoints of instances that have stopped are never used again, and evicted in the end. */
const PEERS = 1_000

/**
 * By status. Any other status comes from something that is no instance, or from one with another secret; 413 cannot occur,
 * since no frame is that long.
 */
const DELIVERIES: Record<string, Delivery> = { 200: 'delivered', 204: 'delivered', 410: 'gone', 429: 'slow' }

export const peerWire = ({ endpoint: own, local, secret, allowed, log }: Settings): Wire => {
  const seal = sealer(secret)
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS })
  const peers = new LRUCache<string, Peer>({ max: PEERS })
  const call = async (
    purpose: Purpose,
    text: string,
    sentMs: number,
    traceparent?: string,
  ): Promise<Delivery> => {
    const peer = peers.get(purpose.endpoint) ?? newPeer(purpose.endpoint, allowed)
    if (!peer) return 'unreachable'
    peers.set(purpose.endpoint, peer)
    if (isTooOld(sentMs, Date.now()) || !mayCall(peer)) return 'unreachable'
    const beganMs = performance.now()
    const send = async () => {
      const leftMs = beganMs + TIMEOUT_MS - performance.now()
      if (leftMs <= 0) return undefined
      const sealed = { body: seal(purpose, text, sentMs), traceparent }
      return ask(agent, peer.address, purpose, sealed, leftMs)
    }
    return noted(peer, await counted(peer, peer.inTurn(send)), beganMs)
  }
  const noted = (peer: Peer, outcome: Outcome, beganMs: number): Delivery => {
    const delivery = outcome && DELIVERIES[outcome]
    if (delivery) {
      peer.answeredMs = performance.now()
      peer.failedMs = undefined
      return delivery
    }
    // Its turn did not come, or other calls were answered meanwhile: the instance is there.
    if (outcome === undefined || peer.answeredMs > beganMs) return 'unreachable'
    const { host, port } = peer.address
    if (peer.failedMs === undefined) log.warn({ host, port, outcome }, 'an instance does not answer')
    peer.failedMs = performance.now()
    return 'unreachable'
  }
  return {
    post: async ({ id, endpoint }, frame, sentMs, traceparent) => {
      const text = showFrame(frame)
      if (endpoint !== own)
        return call({ method: 'POST', endpoint, connectionId: id }, text, sentMs, traceparent)
      return isTooOld(sentMs, Date.now()) ? 'unreachable' : local.push(id, text)
    },
    close: async ({ id, endpoint }, bye) => {
      const text = showFrame(bye)
      if (endpoint === own) local.close(id, text, bye.code)
      else await call({ method: 'DELETE', endpoint, connectionId: id }, text, Date.now())
    },
  }
}

const newPeer = (endpoint: string, allowed: BlockList): Peer | undefined => {
  const address = addressOf(endpoint, allowed)
  return (
    address && {
      address,
      inTurn: turns(CONNECTIONS),
      underWay: 0,
      answeredMs: Number.NEGATIVE_INFINITY,
      isTried: false,
    }
  )
}

/** After a failure, one call at a time probes whether the instance is back. */
const mayCall = (peer: Peer): boolean => {
  if (peer.underWay >= CALLS_AT_ONCE) return false
  if (peer.failedMs === undefined) return true
  if (peer.isTried || performance.now() < peer.failedMs + LEFT_OUT_MS) return false
  peer.isTried = true
  return true
}

const counted = async (peer: Peer, asked: Promise<number | undefined>): Promise<Outcome> => {
  const isTrial = peer.isTried
  peer.underWay += 1
  try {
    return await asked
  } catch (error) {
    return (error as Error).message
  } finally {
    peer.underWay -= 1
    if (isTrial) peer.isTried = false
  }
}

/**
 * Resolves to the status. Redirects are not followed. Settles in time whatever comes: an address may have passed to something
 * that is no instance.
 * @param withinMs when it gives up
 * @throws Error of node:http, or when nobody answers in time
 */
const ask = (
  agent: Agent,
  { host, port, path }: Address,
  { method, connectionId }: Purpose,
  { body, traceparent }: { body: Buffer; traceparent: string | undefined },
  withinMs: number,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-length': body.length, ...(traceparent && { traceparent }) }
    const target = `${path}/@connections/${encodeURIComponent(connectionId)}`
    const asked = request({ agent, host, port, method, path: target, headers })
    const fail = (error: Error) => {
      clearTimeout(timer)
      // Destroying is not enough: after a 101, node:http emits neither a response nor an error.
      reject(error)
      asked.destroy()
    }
    const giveUp = () => fail(new Error('no answer in time'))
    // If this process was suspended, the answer may have arrived already: it is read first.
    const timer = setTimeout(() => setImmediate(giveUp), withinMs)
    asked.once('response', (reply) => {
      // Not before its end: only then can the connection be reused.
      reply.once('end', () => {
        clearTimeout(timer)
        resolve(Number(reply.statusCode))
      })
      reply.on('error', fail).resume()
    })
    asked.on('error', fail)
    asked.end(body)
  })
