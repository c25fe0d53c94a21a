/** What the rest of the service, or another instance, may do with a connection that ends in this process. */
import type { Delivery } from '../push/wire.ts'

/** Both take the id of a connection, and never throw. */
export type LocalConnections = {
  push: (id: string, text: string | Buffer) => Exclude<Delivery, 'unreachable'>
  /** Sends `bye`, the text of a frame, and closes the connection with its code. False: there is no such connection. */
  close: (id: string, bye: string, code: number) => boolean
}
