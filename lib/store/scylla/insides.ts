/** What of cassandra-driver 4.10.0 its types do not show, and why we need it. Tests on a fake cluster hold each of it. */
import { type Client, type Host, tracker } from 'cassandra-driver'

type Connection = { close: () => void }
type InnerHost = Host & {
  getActiveConnection: () => Connection | null
  pool: { connections: Connection[] }
  shutdown: () => Promise<void>
}
type InnerClient = Client & {
  controlConnection: { _createConnection: (contactPoint: string) => Promise<Connection> }
}

/** A host counts as up before its first connection is open. */
export const isConnected = (host: Host): boolean => (host as InnerHost).getActiveConnection() !== null

/** For a host that the driver has forgotten, which would go on reconnecting for ever. */
export const shutDown = (host: Host): Promise<void> => (host as InnerHost).shutdown()

/** In the types it is an interface alone, but the driver insists on an instance of the class. */
export const RequestTracker = (tracker as unknown as { RequestTracker: new () => tracker.RequestTracker })
  .RequestTracker

/** Of 100 nodes with 256 tokens each, the driver's map of the ring takes longer to build than all else of a connect. */
export const withoutRing = (client: Client): void => {
  Object.assign(client.metadata, { buildTokens: () => undefined })
}

export type ControlWatch = {
  /** Closes what the control connection has opened and left behind. */
  tidy: () => void
  /** Closes all that it has opened, and what it may still open. */
  end: () => void
}

/**
 * The control connection forgets a connection that it has opened when reading the metadata on it fails: it is then in no
 * pool, and `shutdown()` misses it.
 */
export const watchControl = (client: Client): ControlWatch => {
  const { controlConnection: control } = client as InnerClient
  const create = control._createConnection
  const opened = new Set<Connection>()
  let hasEnded = false
  const closeAll = (isLeft: (connection: Connection) => boolean) => {
    for (const connection of opened) {
      if (!isLeft(connection)) continue
      opened.delete(connection)
      connection.close()
    }
  }
  const tidy = () => {
    const pooled = new Set(client.hosts.values().flatMap((host) => (host as InnerHost).pool.connections))
    closeAll((connection) => !pooled.has(connection))
  }
  control._createConnection = async (contactPoint) => {
    tidy()
    const connection = await create.call(control, contactPoint)
    opened.add(connection)
    if (!hasEnded) return connection
    closeAll(() => true)
    throw new Error('this client was closed')
  }
  return {
    tidy,
    end: () => {
      hasEnded = true
      closeAll(() => true)
    },
  }
}
