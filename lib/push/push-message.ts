/** A stored message is told to the devices of both people. */
import type { Context } from '../context.ts'
import type { IdempotencyKey, UserId } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import type { Decided, SendMessage } from '../model/operations.ts'
import { afterwards, tell } from './tell.ts'
import type { Push } from './wire.ts'

type Sending = { from: UserId; to: UserId; key?: IdempotencyKey }
type Sent = { decided: Decided<Message>; pushed: Promise<void> }

/**
 * Stores first, then reads connections, never from a cache, then pushes: a client whose row was not there yet when
 * connections were read looks for what it has missed once its row is written, and so after the message was stored.
 * @returns once the message is stored; `pushed` never fails
 * @throws Fault as `send` does
 */
export const sendAndPush = async (
  { from, to, key }: Sending,
  send: () => Promise<Decided<Message>>,
  push: Pick<Push, 'wire' | 'devicesOf'>,
  ctx: Context,
): Promise<Sent> => {
  const decided = await send()
  const message = { type: 'message', message: decided.result } as const
  const ofSender = key === undefined ? message : { ...message, key }
  const pushed = tell([from, to], (person) => (person === from ? ofSender : message), push, ctx)
  return { decided, pushed }
}

/** As `send`; then devices are told, where anything is pushed. @throws Fault as `send` does */
export const pushing =
  (send: (command: SendMessage, ctx: Context) => Promise<Decided<Message>>) =>
  async (command: SendMessage, ctx: Context): Promise<Decided<Message>> => {
    const { push } = ctx
    if (!push) return send(command, ctx)
    const { decided, pushed } = await sendAndPush(command, () => send(command, ctx), push, ctx)
    return afterwards(decided, pushed, push)
  }
