/** The tables `connections` and `connections_by_id`: where is this person connected, and whose is this connection? */
import type { Device } from '../model/connection.ts'
import type { UserId } from '../model/ids.ts'
import type { TokenName } from '../model/token.ts'
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { PagingState } from './store.ts'

const PUT: Statement = {
  kind: 'write',
  cql: `INSERT INTO connections (user_id, session_id, token_id, connection_id, endpoint, connected_at)
        VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ? AND TTL ?`,
}

const SELECT: Statement = {
  kind: 'read',
  cql: `SELECT user_id, session_id, token_id, connection_id, endpoint, connected_at FROM connections
        WHERE user_id IN (?, ?)`,
}

/** By a list, which no driver can route: the statement above goes to a replica of one of the two. */
const SELECT_MANY: Statement = {
  kind: 'read',
  cql: `SELECT user_id, session_id, token_id, connection_id, endpoint, connected_at FROM connections
        WHERE user_id IN ?`,
}

/** By the number of parts of the path; in every data centre, since a token is withdrawn in each. */
const REMOVE: [Statement, Statement, Statement, Statement] = [
  {
    kind: 'write',
    everyDataCentre: true,
    cql: 'DELETE FROM connections USING TIMESTAMP ? WHERE user_id = ?',
  },
  {
    kind: 'write',
    everyDataCentre: true,
    cql: 'DELETE FROM connections USING TIMESTAMP ? WHERE user_id = ? AND session_id = ?',
  },
  {
    kind: 'write',
    everyDataCentre: true,
    cql: 'DELETE FROM connections USING TIMESTAMP ? WHERE user_id = ? AND session_id = ? AND token_id = ?',
  },
  {
    kind: 'write',
    cql: `DELETE FROM connections USING TIMESTAMP ?
          WHERE user_id = ? AND session_id = ? AND token_id = ? AND connection_id = ?`,
  },
]

const PUT_BY_ID: Statement = {
  kind: 'write',
  cql: `INSERT INTO connections_by_id
        (connection_id, user_id, endpoint, session_id, token_id, issued_at, connected_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ? AND TTL ?`,
}

const SELECT_BY_ID: Statement = {
  kind: 'read',
  cql: `SELECT user_id, endpoint, session_id, token_id, issued_at, connected_at, expires_at
        FROM connections_by_id WHERE connection_id = ?`,
}

const DELETE_BY_ID: Statement = {
  kind: 'write',
  cql: 'DELETE FROM connections_by_id WHERE connection_id = ?',
}

/** Some 200 bytes each. */
const PAGE_ROWS = 100

type Table = Statements<
  Execute,
  | 'putConnection'
  | 'readConnections'
  | 'removeConnections'
  | 'putConnectionById'
  | 'readConnectionById'
  | 'removeConnectionById'
>

export const connectionsTable: Table = {
  putConnection: async (execute, { id, user, endpoint, session, token, connectedMs }, atMs, seconds) => {
    const row = [user, session ?? '', token ?? '', id, endpoint, new Date(connectedMs)]
    await execute(PUT, [...row, atMs * 1000, seconds])
  },
  readConnections: async (execute, people) => {
    const [one, other = one] = people
    const found: Device[] = []
    let from: PagingState | undefined
    do {
      const pages = { size: PAGE_ROWS, from }
      const page =
        people.length > 2
          ? await execute(SELECT_MANY, [people], pages)
          : await execute(SELECT, [one, other], pages)
      found.push(...page.rows.map(deviceOf))
      from = page.next
    } while (from)
    return found
  },
  removeConnections: async (execute, user, path, atMs) => {
    await execute(REMOVE[path.length], [atMs * 1000, user, ...path])
  },
  putConnectionById: async (execute, connection, seconds) => {
    const { id, user, endpoint, session, token } = connection
    const times = [connection.issuedMs, connection.connectedMs, connection.expiresMs].map(
      (ms) => new Date(ms),
    )
    await execute(PUT_BY_ID, [
      id,
      user,
      endpoint,
      session ?? '',
      token ?? '',
      ...times,
      connection.connectedMs * 1000,
      seconds,
    ])
  },
  readConnectionById: async (execute, id) => {
    const { rows } = await execute(SELECT_BY_ID, [id])
    const [row] = rows
    return row && { ...deviceOf({ ...row, connection_id: id }), ...timesOf(row) }
  },
  removeConnectionById: async (execute, id) => {
    await execute(DELETE_BY_ID, [id])
  },
}

export const deviceOf = (row: Record<string, unknown>): Device => {
  const { user_id, session_id, token_id, connection_id, endpoint, connected_at } = row
  return {
    id: connection_id as Device['id'],
    user: user_id as UserId,
    endpoint: endpoint as string,
    ...(session_id !== '' && { session: session_id as TokenName }),
    ...(token_id !== '' && { token: token_id as TokenName }),
    connectedMs: Number(connected_at),
  }
}

const timesOf = ({ issued_at, expires_at }: Record<string, unknown>) => ({
  issuedMs: (issued_at as Date).getTime(),
  expiresMs: (expires_at as Date).getTime(),
})
