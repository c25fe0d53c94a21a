/** What pushing asks of its surroundings: to reach the instance, or the gateway, at which a connection ends. */
import type { Connection, Device } from '../model/connection.ts'
import type { Bye, Frame } from '../model/frame.ts'
import type { DevicesOf } from './devices.ts'

/** `gone`: there is no such connection, and never will be again. Otherwise the frame may have arrived all the same. */
export type Delivery = 'delivered' | 'gone' | 'slow' | 'unreachable'

export type Wire = {
  /**
   * Never throws, and gives up by itself, within a quarter of a second.
   * @param sentMs what the frame's way is measured from, in unix milliseconds: see `isTooOld`
   * @param traceparent under which another instance records the push; absent: it does not
   */
  post: (device: Device, frame: Frame, sentMs: number, traceparent?: string) => Promise<Delivery>
  /** Tells it why, and ends it, if it can. Never throws. */
  close: (connection: Pick<Connection, 'id' | 'endpoint'>, bye: Bye) => Promise<void>
}

/** What a runtime knows about pushing. */
export type Push = {
  wire: Wire
  devicesOf: DevicesOf
  /** Under which the connections that this runtime accepts are reached. */
  endpoint: string
  /** The longest that a reply waits for its pushes, since a function is frozen after it; 0: they go on after the reply. */
  awaitedMs: number
  /** How often its clients ask whether they have missed something. */
  pingSeconds: number
  /** How long a client should wait before it connects again, should this connection break: longer, the more there are. */
  reconnectMs: () => number
}

/** The way of a frame from the read of connections that it rests on to the device: more would outlive a withdrawal. */
const MOST_MS = 4_000

/**
 * Asked on both ends of a call between instances, since either may stand still. A clock that was set meanwhile proves
 * nothing: too old as well.
 */
export const isTooOld = (sentMs: number, nowMs: number): boolean => Math.abs(nowMs - sentMs) > MOST_MS
