/** The table `messages`: which messages are in this bucket, newest first? */
import type { MessageId, UserId } from '../dialog/ids.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Store } from './store.ts'

export const INSERT: Statement = {
  kind: 'write',
  cql: `INSERT INTO messages (dialog_id, bucket, message_id, sender_id, recipient_id, body)
        VALUES (?, ?, ?, ?, ?, ?)`,
}

export const SELECT_BEFORE: Statement = {
  kind: 'read',
  cql: `SELECT message_id, sender_id, recipient_id, body FROM messages
        WHERE dialog_id = ? AND bucket = ? AND message_id < ? LIMIT ?`,
}

const SELECT_AFTER: Statement = {
  kind: 'read',
  cql: `SELECT message_id, sender_id, recipient_id, body FROM messages
        WHERE dialog_id = ? AND bucket = ? AND message_id > ? ORDER BY message_id ASC LIMIT ?`,
}

/** Rows of one network page at most: bodies of 4,096 characters make some 4 MB of them. */
const MAX_PAGE_ROWS = 256

type Table = Pick<Store, 'insertMessage' | 'messagesBefore' | 'messagesAfter'>

export const messagesTable = (execute: Execute): Table => {
  const select =
    (statement: Statement): Store['messagesBefore'] =>
    async (dialog, bucket, cursor, limit, from) => {
      const page = { size: Math.min(limit, MAX_PAGE_ROWS), from }
      const { rows, next } = await execute(statement, [dialog, bucket, cursor, limit], page)
      return { rows: rows.map(messageOf), ...(next && { next }) }
    }
  return {
    insertMessage: async (dialog, bucket, { id, from, to, text }) => {
      await execute(INSERT, [dialog, bucket, id, from, to, text])
    },
    messagesBefore: select(SELECT_BEFORE),
    messagesAfter: select(SELECT_AFTER),
  }
}

const messageOf = (row: Record<string, unknown>) => ({
  id: String(row['message_id']) as MessageId,
  from: row['sender_id'] as UserId,
  to: row['recipient_id'] as UserId,
  text: row['body'] as string,
})
