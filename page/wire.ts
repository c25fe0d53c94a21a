/** What the service sends, as it comes over the wire: openapi.json and asyncapi.json say what it means. */

export type Message = { id: string; from: string; to: string; text: string; sent_at: string }

export type Dialog = {
  with: string
  last: Message
  unread: number
  more_unread: boolean
  read_up_to?: string
  read_by_other_up_to?: string
}

export type SignedIn = { token: string; expires_in: number; refresh_token?: string }

export type Pong = {
  type: 'pong'
  now: string
  behind: boolean
  expires_at: string
  ping_seconds: number
  reconnect_ms: number
}

export type Frame =
  | Pong
  | { type: 'ack'; ref?: string }
  | { type: 'error'; ref?: string; code: number; message: string }
  | { type: 'message'; message: Message; key?: string }
  | { type: 'read'; by: string; with: string; up_to: string }
  | { type: 'typing'; from: string; to: string }
  | { type: 'bye'; code: number; reconnect_ms: number }

/** The other side of a message's dialog, which may be oneself. */
export const otherSide = ({ from, to }: Pick<Message, 'from' | 'to'>, me: string): string =>
  from === me ? to : from
