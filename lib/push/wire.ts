/** The port of lib/push: how to reach the instance, or the gateway, at which a connection ends. */
import type { Connection, Device } from '../model/connection.ts'
import type { Bye, Frame } from '../model/frame.ts'
import type { DevicesOf } from './devices.ts'

/** `gone`: there is no such connection, and never will be again. Otherwise the frame may have arrived all the same. */
export type Delivery = 'delivered' | 'gone' | 'slow' | 'unreachable'

export type Wire = {
  /**
   * Never throws, and gives up by itself, within a quarter of a second.
   * @param sentMs from when the age of the frame counts, in unix milliseconds: see `isTooOld`
   * @param traceparent under which another instance records the push; absent: it does not
   */
  post: (device: Device, frame: Frame, sentMs: number, traceparent?: string) => Promise<Delivery>
  /** Tells the client why, and closes its connection, if either is possible. Never throws. */
  close: (connection: Pick<Connection, 'id' | 'endpoint'>, bye: Bye) => Promise<void>
}

/** What a runtime knows about pushing. */
export type Push = {
  wire: Wire
  devicesOf: DevicesOf
  /** Where the connections that this runtime accepts are reached. */
  endpoint: string
  /** The longest that a reply waits for its pushes, since a function is frozen after it; 0: they go on after the reply. */
  awaitedMs: number
  /** How often its clients ask whether they have missed something. */
  pingSeconds: number
  /** How long a client should wait before it connects again, should this connection break: longer, the more there are. */
  reconnectMs: () => number
}

/** From the read of connections to the device: a frame that took longer could outlive a withdrawal. */
const MOST_MS = 4_000

/**
 * Checked at both ends of a call between instances, since either process may be suspended. If the clock was set meanwhile,
 * nothing is known: the frame counts as too old, too.
 */
export const isTooOld = (sentMs: number, nowMs: number): boolean => Math.abs(nowMs - sentMs) > MOST_MS
