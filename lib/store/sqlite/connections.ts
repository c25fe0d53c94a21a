/** The tables `connections` and `connections_by_id` of the embedded store, where no row expires by itself: each has its expiry time. */
import type { DatabaseSync } from 'node:sqlite'
import type { Connection } from '../../model/connection.ts'
import type { Statements } from '../bound.ts'
import { deviceOf } from '../connections.ts'
import type { Run } from './statement.ts'

const CREATE = `CREATE TABLE IF NOT EXISTS connections (
  user_id TEXT, session_id TEXT, token_id TEXT, connection_id TEXT, endpoint TEXT, connected_at INTEGER,
  written_at INTEGER, expires_at INTEGER,
  PRIMARY KEY (user_id, session_id, token_id, connection_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS connections_removed (
  user_id TEXT, path TEXT, removed_at INTEGER, PRIMARY KEY (user_id, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS connections_by_id (
  connection_id TEXT PRIMARY KEY, user_id TEXT, endpoint TEXT, session_id TEXT, token_id TEXT,
  issued_at INTEGER, connected_at INTEGER, expires_at INTEGER, kept_until INTEGER
) STRICT, WITHOUT ROWID`

const PUT = `INSERT INTO connections VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET endpoint = excluded.endpoint, connected_at = excluded.connected_at,
    written_at = excluded.written_at, expires_at = excluded.expires_at
  WHERE excluded.written_at >= connections.written_at`

/** A removal is kept beside the rows, by the path from the person down: one that is written late must lose to it. */
const REMOVE = `INSERT INTO connections_removed VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET removed_at = max(removed_at, excluded.removed_at)`

const SELECT = `SELECT user_id, session_id, token_id, connection_id, endpoint, connected_at FROM connections AS row
  WHERE user_id = ? AND expires_at > ? AND NOT EXISTS (
    SELECT 1 FROM connections_removed AS gone
    WHERE gone.user_id = row.user_id AND gone.removed_at >= row.written_at AND gone.path IN (
      '[]', json_array(session_id), json_array(session_id, token_id),
      json_array(session_id, token_id, connection_id)))`

const PUT_BY_ID = `INSERT INTO connections_by_id VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET user_id = excluded.user_id, endpoint = excluded.endpoint,
    session_id = excluded.session_id, token_id = excluded.token_id, issued_at = excluded.issued_at,
    connected_at = excluded.connected_at, expires_at = excluded.expires_at, kept_until = excluded.kept_until
  WHERE excluded.connected_at >= connections_by_id.connected_at`

const SELECT_BY_ID = `SELECT connection_id, user_id, endpoint, session_id, token_id, issued_at, connected_at, expires_at
  FROM connections_by_id WHERE connection_id = ? AND kept_until > ?`

const DELETE_BY_ID = 'DELETE FROM connections_by_id WHERE connection_id = ?'

type Table = Statements<
  Run,
  | 'putConnection'
  | 'readConnections'
  | 'removeConnections'
  | 'putConnectionById'
  | 'readConnectionById'
  | 'removeConnectionById'
>

/** @param now in unix milliseconds */
export const connectionsTable = (database: DatabaseSync, now: () => number): Table => {
  database.exec(CREATE)
  const put = database.prepare(PUT)
  const remove = database.prepare(REMOVE)
  const select = database.prepare(SELECT)
  const putById = database.prepare(PUT_BY_ID)
  const selectById = database.prepare(SELECT_BY_ID)
  const deleteById = database.prepare(DELETE_BY_ID)
  const untilMs = (seconds: number) => now() + seconds * 1000
  return {
    putConnection: (run, { id, user, endpoint, session, token, connectedMs }, atMs, seconds) =>
      run('write', () => {
        put.run(user, session ?? '', token ?? '', id, endpoint, connectedMs, atMs, untilMs(seconds))
      }),
    readConnections: (run, people) =>
      run('read', () => people.flatMap((person) => select.all(person, now()).map(deviceOf))),
    removeConnections: (run, user, path, atMs) =>
      run('write', () => void remove.run(user, JSON.stringify(path), atMs)),
    putConnectionById: (run, { id, user, endpoint, session, token, ...times }, seconds) =>
      run('write', () => {
        const { issuedMs, connectedMs, expiresMs } = times
        const row = [id, user, endpoint, session ?? '', token ?? '', issuedMs, connectedMs, expiresMs]
        putById.run(...row, untilMs(seconds))
      }),
    readConnectionById: (run, id) =>
      run('read', () => {
        const row = selectById.get(id, now())
        return row && connectionOf(row)
      }),
    removeConnectionById: (run, id) => run('write', () => void deleteById.run(id)),
  }
}

const connectionOf = (row: Record<string, unknown>): Connection => ({
  ...deviceOf(row),
  issuedMs: row['issued_at'] as number,
  expiresMs: row['expires_at'] as number,
})
