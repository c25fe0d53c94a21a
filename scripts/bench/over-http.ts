/** A running service, asked over one connection a caller. */
import { Client } from 'undici'
import { anyPartner, MOST_CALLERS, OLD_FRIEND, type Person, TEXT } from './people.ts'

const BODY = JSON.stringify({ text: TEXT })

export const overHttp = (url: string, people: Person[]) => {
  const connections = Array.from({ length: MOST_CALLERS }, () => new Client(url))
  const ask = async (caller: number, method: 'GET' | 'POST', path: string, body?: string) => {
    const { headers } = people[caller] as Person
    const reply = await (connections[caller] as Client).request({ method, path, headers, body: body ?? null })
    const text = await reply.body.text()
    if (reply.statusCode !== 200) throw new Error(`${method} ${path} answered ${reply.statusCode}: ${text}`)
  }
  return {
    send: (caller: number) => ask(caller, 'POST', `/dialog/${anyPartner()}/send`, BODY),
    page: (caller: number) => ask(caller, 'GET', `/dialog/${OLD_FRIEND}/list`),
    health: (caller: number) => ask(caller, 'GET', '/health'),
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()))
    },
  }
}
