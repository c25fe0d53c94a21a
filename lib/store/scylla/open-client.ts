/** Connects to the first address that answers, in the manner of Happy Eyeballs (RFC 8305). */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Client, type ClientOptions } from 'cassandra-driver'
import { type ControlWatch, watchControl, withoutRing } from './insides.ts'

export type OpenClient = { client: Client; control: ControlWatch }

/** The Connection Attempt Delay of RFC 8305, section 8: the most that a silent address costs. */
const NEXT_AFTER_MS = 250

/**
 * Addresses are tried in sequence, without waiting for earlier ones to fail; all but the first to succeed are closed.
 * @param addresses in order of preference; a name stands for all its addresses
 * @param port for addresses without one
 * @throws AggregateError with the failure of each address
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

/** A contact point as it is configured: `10.0.0.1`, `db.internal`, `[::1]:9042`. */
const NAME = /^([^:[\]]+)(?::(\d+))?$/

const isName = (contactPoint: string): boolean => {
  const [, host = ''] = NAME.exec(contactPoint) ?? []
  return host !== '' && isIP(host) === 0
}

/** @throws Error for a name that cannot be resolved */
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
