/** The setting of the HTTP benchmarks: people with dialogs that are neither empty nor long, and their clients. */
import { randomUUID } from 'node:crypto'
import { Client } from 'undici'
import { atEnd } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { authorization, type Person, peopleNamed } from '../kit/people.ts'
import { openWorld, UNLIMITED } from '../kit/world.ts'
import { anyPartner, OLD_FRIEND, rawDriver, TEXT } from './raw.ts'

export const MOST_CALLERS = 64
const BODY = JSON.stringify({ text: TEXT })

/** Nobody has written to a stranger before: the first message of a dialog finds no plan, and reads the index. */
export const anyStranger = (): UserId => `stranger-${randomUUID()}` as UserId

/** @param database by default an empty one on this machine */
export const openSetting = async (say: Say, database?: Parameters<typeof openWorld>[0]['database']) => {
  const world = await openWorld({ name: 'bench', rules: UNLIMITED, ...(database && { database }) }, say)
  const names = Array.from({ length: MOST_CALLERS }, (_, index) => `sender-${index}`)
  const people = await peopleNamed(names, world.directory)
  const raw = await rawDriver(readDatabaseConfig(world.variables), people)
  atEnd(raw.close)
  await progress(say, 'filling a dialog for each sender', raw.fill())
  /** A service that runs from some working tree, and what callers can ask it. */
  const serve = async (name: string, root?: string, more: Record<string, string> = {}) => {
    const serving = await world.serve(name, more, root)
    const asked = overHttp(serving.url, people)
    const stop = async () => {
      await asked.close()
      await serving.stop()
    }
    return { ...asked, pid: serving.pid, stop }
  }
  return { ...world, people, raw, serve }
}

export type Setting = Awaited<ReturnType<typeof openSetting>>

/** One connection for each caller; beyond `MOST_CALLERS`, people share them. */
export const overHttp = (url: string, people: Person[]) => {
  const connections = Array.from({ length: MOST_CALLERS }, () => new Client(url))
  // The last header is for servers that trust it.
  const headers = people.map(({ id, token }) => ({
    ...authorization(token),
    'content-type': 'application/json',
    'x-user-id': id,
  }))
  /** undici's callbacks cost a fraction of its streams, and the callers share the processor with the service. */
  const ask = (caller: number, method: 'GET' | 'POST', path: string, body: string | null = null) =>
    new Promise<void>((resolve, reject) => {
      let status = 0
      let bytes = 0
      const refused = () => new Error(`${method} ${path} answered ${status} with ${bytes} bytes`)
      connections[caller % MOST_CALLERS]?.dispatch(
        { method, path, headers: headers[caller] ?? {}, body },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_, statusCode) => {
            status = statusCode
          },
          onResponseData: (_, chunk) => {
            bytes += chunk.length
          },
          onResponseEnd: () => (status === 200 && bytes > 0 ? resolve() : reject(refused())),
          onResponseError: (_, error) => reject(error),
        },
      )
    })
  const sendTo = (caller: number, to: UserId) => ask(caller, 'POST', `/dialog/${to}/send`, BODY)
  const pageWith = (caller: number, other: UserId, limit: number) =>
    ask(caller, 'GET', `/dialog/${other}/list?limit=${limit}`)
  return {
    sendTo,
    send: (caller: number) => sendTo(caller, anyPartner()),
    firstSend: (caller: number) => sendTo(caller, anyStranger()),
    /** One dialog for each caller: its plan is renewed once a second, whatever the rate. */
    warmSend: (caller: number) => sendTo(caller, `neighbour-${caller}` as UserId),
    page: (caller: number, limit = 50) => pageWith(caller, OLD_FRIEND, limit),
    pageWith,
    health: (caller: number) => ask(caller, 'GET', '/health'),
    close: () => Promise.all(connections.map((connection) => connection.close())),
  }
}
