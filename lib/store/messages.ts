/** The table `messages`: which messages are in this partition, newest first? */
import type { MessageId, UserId } from '../model/ids.ts'
import type { Message, MessageHead } from '../model/message.ts'
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Page, Store } from './store.ts'

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

const SELECT_IDS_BEFORE: Statement = {
  kind: 'read',
  cql: `SELECT message_id, sender_id FROM messages
        WHERE dialog_id = ? AND bucket = ? AND message_id < ? LIMIT ?`,
}

const SELECT_AFTER: Statement = {
  kind: 'read',
  cql: `SELECT message_id, sender_id, recipient_id, body FROM messages
        WHERE dialog_id = ? AND bucket = ? AND message_id > ? ORDER BY message_id ASC LIMIT ?`,
}

/** The most rows of one network page: with bodies of 4,096 characters, they take about 4 MB. */
const MAX_PAGE_ROWS = 256
/** An id has 16 bytes, that of its sender up to 512. */
const MAX_PAGE_IDS = 1_024

type Table = Statements<Execute, 'insertMessage' | 'messagesBefore' | 'messageIdsBefore' | 'messagesAfter'>

export const messagesTable: Table = {
  insertMessage: async (execute, dialog, bucket, { id, from, to, text }) => {
    await execute(INSERT, [dialog, bucket, id, from, to, text])
  },
  messagesBefore: (execute, ...range) => select(execute, SELECT_BEFORE, range, messageOf, MAX_PAGE_ROWS),
  messageIdsBefore: (execute, ...range) => select(execute, SELECT_IDS_BEFORE, range, headOf, MAX_PAGE_IDS),
  messagesAfter: (execute, ...range) => select(execute, SELECT_AFTER, range, messageOf, MAX_PAGE_ROWS),
}

type Row = Record<string, unknown>
/** Rows of one partition beyond a cursor. */
type Range = Parameters<Store['messagesBefore']>

const select = async <Value>(
  execute: Execute,
  statement: Statement,
  [dialog, bucket, cursor, limit, from]: Range,
  toValue: (row: Row) => Value,
  maxPageRows: number,
): Promise<Page<Value>> => {
  const page = { size: Math.min(limit, maxPageRows), from }
  const { rows, next } = await execute(statement, [dialog, bucket, cursor, limit], page)
  return { rows: rows.map(toValue), ...(next && { next }) }
}

const headOf = (row: Row): MessageHead => ({
  id: String(row['message_id']) as MessageId,
  from: row['sender_id'] as UserId,
})

const messageOf = (row: Row): Message => ({
  id: String(row['message_id']) as MessageId,
  from: row['sender_id'] as UserId,
  to: row['recipient_id'] as UserId,
  text: row['body'] as string,
})
