/**
 * Internals of cassandra-driver 4.10.0 that its types do not show, and why we need each. Tests on a fake cluster cover
 * them.
 */
import { type Client, type Host, policies, tracker } from 'cassandra-driver'
import StreamIdStack from 'cassandra-driver/lib/stream-id-stack.js'

type Connection = { close: () => void }
type InnerHost = Host & {
  getActiveConnection: () => Connection | null
  pool: { connections: Connection[] }
  shutdown: () => Promise<void>
}
type InnerClient = Client & {
  controlConnection: { _createConnection: (contactPoint: string) => Promise<Connection> }
}

const { pop } = StreamIdStack.prototype

/**
 * No statement waits on stream 0. Cassandra 5.0 (seen: 5.0.8) answers there, instead of on the statement's own stream, when
 * a statement has been in its queue for longer than `native_transport_timeout`. The driver would take that for the answer
 * to whatever waits on stream 0, use the stream again, and give the next statement the rows, or the acknowledgement, of
 * another one (docs/decisions/0032). What a node refuses before it has read the header is answered there, too: the
 * negotiation of a protocol version, which we do without (options.ts).
 */
StreamIdStack.prototype.pop = function () {
  const id = pop.call(this)
  if (id !== 0) return id
  this.inUse -= 1
  return pop.call(this)
}

/** Not `isUp`: a host counts as up before its first connection is open. */
export const isConnected = (host: Host): boolean => (host as InnerHost).getActiveConnection() !== null

/** For a host that the driver has forgotten, which would go on reconnecting forever. */
export const shutDown = (host: Host): Promise<void> => (host as InnerHost).shutdown()

type GetReplicas = (keyspace: string, partitionKey: Buffer) => Host[] | null

/** The driver's own order of nodes, by another look-up of replicas than its own. */
export const orderBy = (getReplicas: GetReplicas) =>
  new policies.loadBalancing.DefaultLoadBalancingPolicy({ getReplicas } as object)

/** The types declare only an interface, but the driver requires an instance of the class. */
export const RequestTracker = (tracker as unknown as { RequestTracker: new () => tracker.RequestTracker })
  .RequestTracker

/** For 100 nodes of 256 tokens each, building the driver's token map takes longer than the rest of connecting. */
export const withoutRing = (client: Client): void => {
  Object.assign(client.metadata, { buildTokens: () => undefined })
}

export type ControlWatch = {
  /** Closes connections that the control connection has opened and abandoned. */
  tidy: () => void
  /** Closes every connection that it has opened, or may still open. */
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
