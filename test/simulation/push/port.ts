/** The part of the port that is about connections and withdrawals, on the simulated cluster. */
import type { Connection, Device } from '../../../lib/model/connection.ts'
import type { UserId } from '../../../lib/model/ids.ts'
import type { ConnectionPath, Store } from '../../../lib/store/store.ts'
import { type Apply, greater, putRegister, type Register, type Replica } from '../replicas.ts'

type Ports = {
  /** Of the instance: the driver's timestamps. */
  now: () => number
  /** Of the nodes, which expire rows. */
  trueMs: () => number
  read: <T>(look: (replica: Replica) => T) => Promise<T[]>
  write: (
    what: string,
    isIndex: boolean,
    apply: Apply,
    about?: string,
    waitsForAll?: boolean,
  ) => Promise<void>
}
type Part = Pick<
  Store,
  | 'withdraw'
  | 'withdrawals'
  | 'putConnection'
  | 'readConnections'
  | 'removeConnections'
  | 'putConnectionById'
  | 'readConnectionById'
  | 'removeConnectionById'
>
type Kept<T> = { value: T; untilMs: number }

const rowsOf = (user: UserId) => `connections ${user}`
const removalsOf = (user: UserId) => `removed connections ${user}`
const byIdOf = (id: string) => `connection ${id}`
const marksOf = (user: UserId) => `withdrawn ${user}`

const keyOf = (path: ConnectionPath) => JSON.stringify(path)
const pathOf = ({ session, token, id }: Device): [string, string, string] => [session ?? '', token ?? '', id]
const pathsAbove = ([session, token, id]: [string, string, string]): ConnectionPath[] => [
  [],
  [session],
  [session, token],
  [session, token, id],
]

const merged = (answers: (Map<string, Register> | undefined)[]): Map<string, Register> => {
  const all = new Map<string, Register>()
  for (const rows of answers) for (const [key, one] of rows ?? []) all.set(key, greater(all.get(key), one))
  return all
}

export const pushPortOf = ({ now, trueMs, read, write }: Ports): Part => {
  const rows = async (partition: string) =>
    merged(await read(({ registers }) => new Map(registers.get(partition))))
  const kept = <T>(value: T, seconds: number) =>
    JSON.stringify({ value, untilMs: trueMs() + seconds * 1000 } satisfies Kept<T>)
  const living = <T>(register: Register | undefined): T | undefined => {
    if (register?.value === undefined) return undefined
    const { value, untilMs } = JSON.parse(register.value) as Kept<T>
    return untilMs > trueMs() ? value : undefined
  }
  const devicesOf = async (user: UserId): Promise<Device[]> => {
    const answers = await read(({ registers }) => ({
      rows: new Map(registers.get(rowsOf(user))),
      removals: new Map(registers.get(removalsOf(user))),
    }))
    const all = merged(answers.map((answer) => answer.rows))
    const removals = merged(answers.map((answer) => answer.removals))
    return [...all.values()].flatMap((register) => {
      const device = living<Device>(register)
      if (!device) return []
      const isRemoved = pathsAbove(pathOf(device)).some(
        (path) => Number(removals.get(keyOf(path))?.timestamp ?? -1) >= register.timestamp,
      )
      return isRemoved ? [] : [device]
    })
  }
  return {
    withdraw: (user, { what, atMs }, seconds) => {
      const mark = { timestamp: atMs, value: kept(atMs, seconds) }
      return write(
        `withdraws ${what} of ${user} at ${atMs}`,
        false,
        putRegister(marksOf(user), what, mark),
        undefined,
        true,
      )
    },
    withdrawals: async (user, of) => {
      const all = await rows(marksOf(user))
      return of.flatMap((what) => {
        const atMs = living<number>(all.get(what))
        return atMs === undefined ? [] : [{ what, atMs }]
      })
    },
    putConnection: (connection, atMs, seconds) => {
      const { id, user, endpoint, session, token, connectedMs } = connection
      const device: Device = {
        id,
        user,
        endpoint,
        ...(session && { session }),
        ...(token && { token }),
        connectedMs,
      }
      const row = { timestamp: atMs, value: kept(device, seconds) }
      return write(
        `puts ${id} of ${user} at ${atMs}`,
        false,
        putRegister(rowsOf(user), keyOf(pathOf(device)), row),
      )
    },
    readConnections: async (people) => (await Promise.all(people.map(devicesOf))).flat(),
    removeConnections: (user, path, atMs) =>
      write(
        `removes ${keyOf(path)} of ${user} up to ${atMs}`,
        false,
        putRegister(removalsOf(user), keyOf(path), { timestamp: atMs }),
        undefined,
        path.length < 3,
      ),
    putConnectionById: (connection, seconds) =>
      write(
        `says that ${connection.id} is of ${connection.user}`,
        false,
        putRegister(byIdOf(connection.id), 'row', {
          timestamp: connection.connectedMs,
          value: kept(connection, seconds),
        }),
      ),
    readConnectionById: async (id) => living<Connection>((await rows(byIdOf(id))).get('row')),
    removeConnectionById: (id) =>
      write(`forgets ${id}`, false, putRegister(byIdOf(id), 'row', { timestamp: now() })),
  }
}
