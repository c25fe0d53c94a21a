/** The devices of people are told something. */
import type { Context } from '../context.ts'
import type { Device } from '../model/connection.ts'
import type { Frame } from '../model/frame.ts'
import type { UserId } from '../model/ids.ts'
import { Decided } from '../model/operations.ts'
import { within } from '../within.ts'
import { pathOf } from './connect.ts'
import { isTooOld, type Push } from './wire.ts'

/** Never fails: it is a hint. To be called once what it tells is stored: connections are then read, never from a cache. */
export const tell = async (
  people: [UserId, UserId],
  frameFor: (person: UserId) => Frame,
  { wire, devicesOf }: Pick<Push, 'wire' | 'devicesOf'>,
  ctx: Context,
): Promise<void> => {
  const readMs = ctx.now()
  const failed = (err: unknown) => ctx.log.warn({ err }, 'not pushed')
  const push = async (device: Device) => {
    const frame = frameFor(device.user)
    const span = ctx.span?.begin('push', 'producer')
    const delivery = isTooOld(readMs, ctx.now())
      ? 'too_old'
      : await wire.post(device, frame, readMs, span?.traceparent)
    span?.end({ 'dialogs.delivery': delivery }, delivery === 'unreachable')
    ctx.metrics.count('dialogs_pushes_total', delivery)
    if (delivery === 'delivered' && frame.type === 'message')
      ctx.metrics.observe('dialogs_push_delay_seconds', Math.max(0, ctx.now() - readMs) / 1000)
    if (delivery === 'gone') await ctx.store.removeConnections(device.user, pathOf(device), ctx.now())
  }
  try {
    // A connection whose token was renewed several times at once may have several rows.
    const devices = new Map((await devicesOf(people, ctx.store)).map((device) => [device.id, device]))
    await Promise.all([...devices.values()].map((device) => push(device).catch(failed)))
  } catch (error) {
    failed(error)
  }
}

/** The reply waits for its pushes for as long as the runtime asks it to. */
export const afterwards = <Result>(
  { result, followUp }: Decided<Result>,
  pushed: Promise<void>,
  { awaitedMs }: Push,
): Decided<Result> => {
  if (awaitedMs === 0) return new Decided(result, followUp)
  const all = Promise.all([followUp, within(awaitedMs, pushed)])
  return new Decided(
    result,
    all.then(() => undefined),
  )
}
