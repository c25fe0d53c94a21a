/** A service in memory for Alice and Bob, behind a real socket. */
import type { Cors } from '../../lib/http/cors.ts'
import { httpServer } from '../../lib/http/server.ts'
import { two_people_in_memory } from '../fakes/two-people.ts'
import { handlersOf, overHttp } from './service.ts'

const HOST = '127.0.0.1'

export const served_in_memory = async (cors: Cors = { origins: [], headers: [] }, connections = 100) => {
  const people = await two_people_in_memory()
  const handlers = handlersOf(people.app).map(({ handler }) => handler)
  const { listen, stop } = httpServer(handlers, { connections, cors }, people.app)
  const url = `http://${HOST}:${await listen(0, HOST)}`
  return { ...people, url, service: overHttp(url), stop }
}

export type ServedInMemory = Awaited<ReturnType<typeof served_in_memory>>
