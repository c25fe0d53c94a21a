/** A device of a person. */
import { randomUUID } from 'node:crypto'
import { WebSocket as Client } from 'ws'
import type { Person } from '../sentences/given.ts'

export type Heard = Record<string, unknown> & { type: string }
export type Connected = {
  /** The subprotocol that the service answered with. */
  protocol: string
  /** The answer to a frame. */
  says: (frame: object) => Promise<Heard>
  /** The first such frame that it hears, or has heard. */
  hears: (type: string, about?: Record<string, unknown>) => Promise<Heard>
  /** Everything that it has heard. */
  heard: Heard[]
  /** Resolves to the close code. */
  closed: Promise<number>
  close: () => Promise<void>
}

const tokenOf = ({ headers }: Person) => String(headers['authorization']).slice('Bearer '.length)

type Open = (url: string, person: Person) => WebSocket

/** As in a browser. The token first, as a careless client might: it must never be the one that is answered. */
const by_subprotocol: Open = (url, person) => new WebSocket(url, [`bearer.${tokenOf(person)}`, 'dialogs.v1'])

/** As outside browsers. */
export const by_header: Open = (url, { headers }) => new Client(url, { headers }) as unknown as WebSocket

/** @throws Error if it is refused; a WebSocket does not tell with which status */
export const a_device_at =
  (url: string, open: Open = by_subprotocol) =>
  async (person: Person): Promise<Connected> => {
    const socket = open(url, person)
    const heard: Heard[] = []
    const waiting = new Set<() => void>()
    socket.onmessage = ({ data }) => {
      heard.push(JSON.parse(String(data)))
      for (const look of waiting) look()
    }
    const found = (isIt: (frame: Heard) => boolean) =>
      new Promise<Heard>((resolve) => {
        const look = () => {
          const frame = heard.find(isIt)
          if (!frame) return
          waiting.delete(look)
          resolve(frame)
        }
        waiting.add(look)
        look()
      })
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = () => reject(new Error('the connection was refused'))
    })
    const closed = new Promise<number>((resolve) => {
      socket.onclose = ({ code }) => resolve(code)
    })
    return {
      protocol: socket.protocol,
      heard,
      closed,
      says: (frame) => {
        const ref = randomUUID()
        socket.send(JSON.stringify({ ...frame, ref }))
        return found((one) => one['ref'] === ref)
      },
      hears: (type, about = {}) =>
        found(
          (one) => one.type === type && Object.entries(about).every(([name, value]) => one[name] === value),
        ),
      close: async () => {
        socket.close()
        await closed
      },
    }
  }
