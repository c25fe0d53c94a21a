/** What may happen to a connection that ends in this process, for whoever calls from elsewhere. */
import type { Delivery } from '../push/wire.ts'

/** By the id of a connection. Neither throws. */
export type Here = {
  push: (id: string, text: string | Buffer) => Exclude<Delivery, 'unreachable'>
  /** Says `bye`, the text of a frame, and closes with its code. False: there is no such connection. */
  close: (id: string, bye: string, code: number) => boolean
}
