/** The outbox in this browser: what is written is sent by one tab, and shown in all of them. */
import { type Ask, dialogPath } from './ask.ts'
import { type Outbox, type Outgoing, openOutbox, outboxOf } from './outbox.ts'
import { randomKey } from './random.ts'
import type { Message } from './wire.ts'

type Surroundings = {
  user: string
  ask: Ask
  onSent: (message: Message) => void
  onChange: () => void
  signal: AbortSignal
}

export const openSending = ({ user, ask, onSent, onChange, signal }: Surroundings): Outbox => {
  addEventListener('storage', ({ key }) => key?.startsWith(outboxOf(user)) && onChange(), { signal })
  const send = async ({ to, text, key }: Outgoing) => {
    const options = { body: { text }, headers: { 'idempotency-key': `"${key}"` } }
    return (await ask<Message>('POST', `${dialogPath(to)}/send`, options)).body
  }
  return openOutbox({
    storage: localStorage,
    user,
    locks: navigator.locks,
    nowMs: Date.now,
    newKey: randomKey,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    send,
    onSent,
    onChange,
  })
}
