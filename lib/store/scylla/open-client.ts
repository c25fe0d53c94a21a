/** A connected client, at whichever address answers first: as Happy Eyeballs (RFC 8305) does it. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Client, type ClientOptions } from 'cassandra-driver'
import { type ControlWatch, watchControl, withoutRing } from './insides.ts'

export type OpenClient = { client: Client; control: ControlWatch }

/** RFC 8305, 8: the Connection Attempt Delay. An address that says nothing costs no more. */
const NEXT_AFTER_MS = 250

/**
 * One address after the other is tried, without waiting for those before; all but the first that works are closed.
 * @param addresses the best first; a name stands for all its addresses
 * @param port of those without one
 * @throws AggregateError with what each address came to
 */
export const openClient = (
  addresses: string[],
  port: number,
  optionsFor: (address: string) => ClientOptions,
): Promise<OpenClient> =>
  new Promise((resolve, reject) => {
    const waiting = [...addresses]
    const tried = new Set<string>()
    const failures: unknown[] = []
    let [underWay, isOpen]: [number, boolean] = [0, false]
    let timer: NodeJS.Timeout | undefined
    const attempt = async (address: string) => {
      if (isName(address)) return void waiting.unshift(...(await addressesOf(address)))
      const complete = withPort(address, port)
      if (tried.has(complete)) return undefined
      tried.add(complete)
      const opened = await openAt(optionsFor(complete))
      if (isOpen) return closeClient(opened)
      isOpen = true
      return resolve(opened)
    }
    const tryNext = () => {
      clearTimeout(timer)
      const address = isOpen ? undefined : waiting.shift()
      if (address === undefined) {
        if (underWay === 0) reject(new AggregateError(failures, (failures[0] as Error | undefined)?.message))
        return
      }
      underWay += 1
      timer = setTimeout(tryNext, NEXT_AFTER_MS)
      attempt(address)
        .catch((error) => failures.push(error))
        .finally(() => {
          underWay -= 1
          tryNext()
        })
    }
    tryNext()
  })

const openAt = async (options: ClientOptions): Promise<OpenClient> => {
  const client = new Client(options)
  if (!options.isMetadataSyncEnabled) withoutRing(client)
  const control = watchControl(client)
  try {
    await client.connect()
  } catch (error) {
    await closeClient({ client, control })
    throw error
  }
  control.tidy()
  return { client, control }
}

export const closeClient = async ({ client, control }: OpenClient): Promise<void> => {
  await client.shutdown()
  control.end()
}

/** Of a contact point as it is configured: `10.0.0.1`, `db.internal`, `[::1]:9042`. */
const NAME = /^([^:[\]]+)(?::(\d+))?$/

const isName = (contactPoint: string): boolean => {
  const [, host = ''] = NAME.exec(contactPoint) ?? []
  return host !== '' && isIP(host) === 0
}

/** @throws Error for a name that leads nowhere */
const addressesOf = async (contactPoint: string): Promise<string[]> => {
  const [, name = '', port] = NAME.exec(contactPoint) ?? []
  const found = await lookup(name, { all: true })
  return found.map(({ address }) => (port === undefined ? address : withPort(address, port)))
}

const withPort = (address: string, port: number | string): string => {
  const family = isIP(address)
  if (family === 0) return address
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
}
