/** The devices of people are told something. */
import type { Context } from '../context.ts'
import type { Device } from '../model/connection.ts'
import type { Frame } from '../model/frame.ts'
import type { UserId } from '../model/ids.ts'
import { Decided } from '../model/operations.ts'
import { within } from '../within.ts'
import { pathOf } from './connect.ts'
import { isTooOld, type Push } from './wire.ts'

/** Never fails: it is a hint. To be called once what it tells is stored: connections are read after that, and never from a cache. */
export const tell = async (
  people: [UserId, UserId],
  frameFor: (person: UserId) => Frame,
  { wire, devicesOf }: Pick<Push, 'wire' | 'devicesOf'>,
  ctx: Context,
): Promise<void> => {
  const readMs = ctx.now()
  const failed = (err: unknown) => ctx.log.warn({ err }, 'not pushed')
  const push = async (device: Device) => {
    if (isTooOld(readMs, ctx.now())) return
    const span = ctx.span?.begin('push', 'producer')
    const delivery = await wire.post(device, frameFor(device.user), readMs, span?.traceparent)
    span?.end({ 'dialogs.delivery': delivery }, delivery === 'unreachable')
    if (delivery === 'gone') await ctx.store.removeConnections(device.user, pathOf(device), ctx.now())
  }
  try {
    const devices = await devicesOf(people, ctx.store)
    await Promise.all(devices.map((device) => push(device).catch(failed)))
  } catch (error) {
    failed(error)
  }
}

/** The reply waits for its pushes as long as the runtime wants it to. */
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
