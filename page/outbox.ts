/** What a person has written and the service has not acknowledged yet: it survives a reload, and is stored there once. */
import { keysOf } from './keep.ts'
import { Refused } from './request.ts'
import type { Message } from './wire.ts'

/** `waiting`: will be sent by itself. `failed`: only when the person asks for it. */
export type Outgoing = {
  key: string
  to: string
  text: string
  atMs: number
  state: 'waiting' | 'failed'
  reason?: string
  /** It failed for want of a connection, and is sent by itself when there is one again. */
  isOffline?: boolean
}

const OUTBOX = 'outbox:'
/**
 * Where the messages of a person are stored, each under a key of its own: tabs write at the same time, and what one of them
 * has written reaches the others a moment later.
 */
export const outboxOf = (user: string): string => `${OUTBOX}${encodeURIComponent(user)}:`
export const isOutbox = (key: string): boolean => key.startsWith(OUTBOX)
const ATTEMPTS = 3
/** The service knows a key for two days: a later attempt with it would be another message. */
const KEY_LIFE_MS = 47 * 3_600_000

export type Outbox = {
  all: () => Outgoing[]
  add: (to: string, text: string) => void
  tryAgain: (key: string) => void
  /** What failed for want of a connection, or was left waiting by another tab. */
  tryAllAgain: () => void
  remove: (key: string) => void
}

type Surroundings = {
  storage: Storage
  user: string
  /** Of all tabs, one sends at a time. */
  locks: Pick<LockManager, 'request'> | undefined
  nowMs: () => number
  newKey: () => string
  sleep: (ms: number) => Promise<void>
  /** @throws Refused */
  send: (one: Outgoing) => Promise<Message>
  onSent: (message: Message) => void
  onChange: () => void
}

export const openOutbox = ({
  storage,
  user,
  locks,
  nowMs,
  newKey,
  sleep,
  send,
  onSent,
  onChange,
}: Surroundings): Outbox => {
  const place = outboxOf(user)
  const all = () => storedIn(storage, place)
  const put = (one: Outgoing) => {
    storage.setItem(place + one.key, JSON.stringify(one))
    onChange()
  }
  const remove = (key: string) => {
    storage.removeItem(place + key)
    onChange()
  }
  const change = (key: string, to: (one: Outgoing) => Outgoing) => {
    const one = all().find((other) => other.key === key)
    if (!one) return
    const changed = to(one)
    put(changed)
    if (changed.key !== key) remove(key)
  }
  const sendOne = async (one: Outgoing) => {
    try {
      onSent(await attempt(() => send(one), sleep))
      remove(one.key)
    } catch (error) {
      change(one.key, (now) => failed(now, error))
    }
  }
  /** One after the other: a dialog's next message is sent after the acknowledgement of the one before. */
  const drain = async () => {
    for (;;) {
      const next = all().find(({ state }) => state === 'waiting')
      if (!next) return
      await sendOne(next)
    }
  }
  let draining: Promise<unknown> | undefined
  const begin = () => {
    draining ??= (locks ? locks.request(place, drain) : drain()).finally(() => {
      draining = undefined
      if (all().some(({ state }) => state === 'waiting')) begin()
    })
    draining.catch(() => undefined)
  }
  begin()
  return {
    all,
    remove,
    add: (to, text) => {
      put({ key: newKey(), to, text, atMs: nowMs(), state: 'waiting' })
      begin()
    },
    tryAgain: (key) => {
      change(key, (one) => waiting(one, nowMs(), newKey))
      begin()
    },
    tryAllAgain: () => {
      for (const one of all())
        if (one.isOffline && !isTooOld(one, nowMs())) put(waiting(one, nowMs(), newKey))
      begin()
    },
  }
}

/** In the order in which they were written. */
const storedIn = (storage: Storage, place: string): Outgoing[] =>
  keysOf(storage)
    .filter((key) => key.startsWith(place))
    .map((key): Outgoing => JSON.parse(storage.getItem(key) ?? 'null'))
    .filter((one) => one !== null)
    .sort((one, other) => one.atMs - other.atMs)

/** Whether it can no longer be known if the service has it. */
export const isTooOld = ({ atMs }: Outgoing, nowMs: number): boolean => nowMs - atMs > KEY_LIFE_MS

/** The same message, with its key; but a new one if the person sends it again after the key has been forgotten. */
const waiting = (one: Outgoing, nowMs: number, newKey: () => string): Outgoing => {
  const { key, to, text, atMs } = one
  return isTooOld(one, nowMs)
    ? { key: newKey(), to, text, atMs: nowMs, state: 'waiting' }
    : { key, to, text, atMs, state: 'waiting' }
}

const failed = ({ key, to, text, atMs }: Outgoing, error: unknown): Outgoing => {
  const { status = 0, isPassing = true, message = '' } = error instanceof Refused ? error : {}
  const isOffline = isPassing || status === 401
  const reason = isOffline ? 'no connection' : message.toLowerCase()
  return { key, to, text, atMs, state: 'failed', reason, isOffline }
}

const attempt = async <Value>(
  work: () => Promise<Value>,
  sleep: (ms: number) => Promise<void>,
): Promise<Value> => {
  for (let count = 1; ; count += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Refused) || !error.isPassing || count === ATTEMPTS) throw error
      await sleep(error.retryAfterMs || 1_000 * count)
    }
  }
}
