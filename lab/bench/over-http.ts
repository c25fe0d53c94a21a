/** A running service, asked over one connection a caller. */
import { Client } from 'undici'
import { anyPartner, anyStranger, MOST_CALLERS, OLD_FRIEND, type Person, TEXT } from './people.ts'

const BODY = JSON.stringify({ text: TEXT })

export const overHttp = (url: string, people: Person[]) => {
  const connections = Array.from({ length: MOST_CALLERS }, () => new Client(url))
  /** By undici's own callbacks, which cost a fraction of its streams: the callers share the processor with the service. */
  const ask = (caller: number, method: 'GET' | 'POST', path: string, body?: string) =>
    new Promise<void>((resolve, reject) => {
      const { headers } = people[caller] as Person
      let status = 0
      let bytes = 0
      const refused = () => new Error(`${method} ${path} answered ${status} with ${bytes} bytes`)
      connections[caller]?.dispatch(
        { method, path, headers, body: body ?? null },
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
  return {
    send: (caller: number) => ask(caller, 'POST', `/dialog/${anyPartner()}/send`, BODY),
    firstSend: (caller: number) => ask(caller, 'POST', `/dialog/${anyStranger()}/send`, BODY),
    /** One dialog for each caller: its plan is renewed once a second, whatever the rate. */
    warmSend: (caller: number) => ask(caller, 'POST', `/dialog/neighbour-${caller}/send`, BODY),
    page: (caller: number, limit = 50) => ask(caller, 'GET', `/dialog/${OLD_FRIEND}/list?limit=${limit}`),
    health: (caller: number) => ask(caller, 'GET', '/health'),
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()))
    },
  }
}
