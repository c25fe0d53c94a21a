/** A service in memory for Alice and Bob, behind a real socket. */
import { operationsWith } from '../../bin/operations.ts'
import type { Cors } from '../../lib/http/cors.ts'
import { httpServer } from '../../lib/http/server.ts'
import { two_people_in_memory } from '../fakes/two-people.ts'
import type { MemoryApp } from '../sentences/given.ts'
import { handlersOf, overHttp } from './service.ts'

const HOST = '127.0.0.1'

/** The service behind a real socket. */
export const served = async (
  app: MemoryApp,
  cors: Cors = { origins: [], headers: [] },
  connections = 100,
) => {
  const handlers = handlersOf(app, operationsWith(app.config())).map(({ handler }) => handler)
  const { listen, stop } = httpServer(handlers, { connections, cors }, app)
  const url = `http://${HOST}:${await listen(0, HOST)}`
  return { url, service: overHttp(url), stop }
}

export const served_in_memory = async (cors?: Cors, connections?: number) => {
  const people = await two_people_in_memory()
  return { ...people, ...(await served(people.app, cors, connections)) }
}

export type ServedInMemory = Awaited<ReturnType<typeof served_in_memory>>
