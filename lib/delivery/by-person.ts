/** How many connections a person has at this process, also those that never ping, which no row tells of. */
import { MOST_CONNECTIONS } from '../model/connection.ts'
import { CLOSE_CODES } from '../model/frame.ts'
import type { Socket } from './socket.ts'

type ByPerson = {
  /** The oldest makes room. @returns what is to be called at its end */
  add: (person: string, socket: Pick<Socket, 'dismiss'>) => () => void
}

export const byPerson = (): ByPerson => {
  const all = new Map<string, Set<Pick<Socket, 'dismiss'>>>()
  return {
    add: (person, socket) => {
      const sockets = all.get(person) ?? new Set()
      all.set(person, sockets.add(socket))
      const [oldest] = sockets
      if (sockets.size > MOST_CONNECTIONS && oldest) {
        sockets.delete(oldest)
        oldest.dismiss(CLOSE_CODES.replaced)
      }
      return () => {
        sockets.delete(socket)
        if (sockets.size === 0) all.delete(person)
      }
    },
  }
}
