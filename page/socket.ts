/** How this page opens its WebSocket: with the session's token as a subprotocol, never in the address. */
import type { Ask } from './ask.ts'
import type { Link } from './connection.ts'
import { Refused } from './request.ts'
import type { Sessions } from './session.ts'

/** @param url undefined: nothing is pushed */
export const socketBy = (url: string | undefined, sessions: Sessions, ask: Ask) =>
  url === undefined
    ? undefined
    : {
        open: (protocols: string[]): Link => new WebSocket(url, protocols) as Link,
        token: () => {
          const session = sessions.current()
          if (!session) throw new Refused(401, 0, 'Nobody is signed in')
          return session.token
        },
        prove: async () => {
          await ask('GET', '/dialogs?limit=1')
        },
        renew: async (used: string) => {
          await sessions.renewed(used)
          // A token that the person brought cannot be renewed: they are asked for another one when it is refused.
          await ask('GET', '/dialogs?limit=1')
        },
      }
