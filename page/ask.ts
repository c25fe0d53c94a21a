/** Requests of somebody who is signed in, each with the token that the session has at that moment. */
import { type Method, type Options, Refused, type Reply, request } from './request.ts'
import type { Sessions } from './session.ts'

export type Ask = {
  <Body>(method: Method, path: string, options?: Options): Promise<Reply<Body>>
  /** By the service's clock, as of its last reply, in unix milliseconds; undefined: it has never said. */
  lastDateMs: () => number | undefined
}

/**
 * @param isOver is called when the session is over: the person has to sign in again
 * @throws Refused by each request
 */
export const askAs = (user: string, sessions: Sessions, isOver: () => void): Ask => {
  let lastDateMs: number | undefined
  const end = (): never => {
    isOver()
    throw new Refused(401, 40101, 'The session is over')
  }
  const withToken = async <Body>(method: Method, path: string, options: Options) => {
    const session = sessions.current()
    if (session?.user !== user) return end()
    try {
      return await request<Body>(method, path, { ...options, token: session.token })
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error
      const renewed = await sessions.renewed(session.token)
      if (renewed?.user !== user || renewed.token === session.token) return end()
      return request<Body>(method, path, { ...options, token: renewed.token })
    }
  }
  const ask = async <Body>(method: Method, path: string, options: Options = {}) => {
    const reply = await withToken<Body>(method, path, options)
    if (reply.dateMs > (lastDateMs ?? 0)) lastDateMs = reply.dateMs
    return reply
  }
  return Object.assign(ask, { lastDateMs: () => lastDateMs })
}

export const dialogPath = (person: string) => `/dialog/${encodeURIComponent(person)}`
