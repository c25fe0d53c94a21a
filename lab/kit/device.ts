/** A device of a person: one WebSocket to an instance of `npm run serve`, and what comes over it. */
import { WebSocket } from 'ws'
import { authorization, type Person } from './people.ts'

export type Message = { id: string; from: string; to: string; text: string; sent_at: string }
export type Pong = {
  type: 'pong'
  now: string
  behind: boolean
  ping_seconds: number
  reconnect_ms: number
}
/** What a frame that was sent is answered with. */
type Answer = { type: 'ack'; message?: Message } | Pong | { type: 'error'; code: number; message: string }
export type Pushed =
  | { type: 'message'; message: Message }
  | { type: 'bye'; code: number; reconnect_ms: number }
  | { type: 'read' | 'typing' }

export type Line = {
  /** @throws Error when the connection ends before the answer */
  ask: (frame: Record<string, unknown>) => Promise<Answer>
  /** Resolves when the connection has ended, to its close code. */
  ended: Promise<number>
  end: () => void
}

const HANDSHAKE_MS = 10_000

/**
 * Resolves when hands have been shaken; nothing is pushed before the first ping is answered.
 * @throws Error when the instance refuses, or is not there
 */
export const connectTo = (url: string, { token }: Person, heard: (frame: Pushed) => void): Promise<Line> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, 'dialogs.v1', {
      headers: authorization(token),
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false,
    })
    const waiting = new Map<string, PromiseWithResolvers<Answer>>()
    const { promise: ended, resolve: end } = Promise.withResolvers<number>()
    let asked = 0
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as (Answer | Pushed) & { ref?: string }
      if (frame.ref === undefined) return heard(frame as Pushed)
      waiting.get(frame.ref)?.resolve(frame as Answer)
      waiting.delete(frame.ref)
    })
    socket.once('close', (code) => {
      for (const { reject: fail } of waiting.values()) fail(new Error(`closed by ${code}`))
      end(code)
    })
    // Every error is followed by the end; before the handshake it says why there is none.
    socket.on('error', reject)
    const ask: Line['ask'] = (frame) => {
      const answer = Promise.withResolvers<Answer>()
      asked += 1
      const ref = String(asked)
      if (socket.readyState !== socket.OPEN) throw new Error('closed')
      waiting.set(ref, answer)
      socket.send(JSON.stringify({ ...frame, ref }))
      return answer.promise
    }
    socket.once('open', () =>
      resolve({ ask: async (frame) => ask(frame), ended, end: () => socket.terminate() }),
    )
  })

/** The first frame of a connection, or a later one. @throws Error when it is not answered by a pong */
export const ping = async ({ ask }: Line, since?: string): Promise<Pong> => {
  const answer = await ask({ action: 'ping', ...(since && { since }) })
  if (answer.type === 'pong') return answer
  throw new Error(`a ping was answered ${JSON.stringify(answer)}`)
}
