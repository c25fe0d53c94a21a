/** The table `messages` of the embedded store. Ids are in text form, which sorts like their bytes. */
import type { DatabaseSync } from 'node:sqlite'
import type { MessageId, UserId } from '../../model/ids.ts'
import type { Message, MessageHead } from '../../model/message.ts'
import type { Statements } from '../bound.ts'
import type { Page, Store } from '../store.ts'
import { pageOf, type Run } from './statement.ts'

const CREATE = `CREATE TABLE IF NOT EXISTS messages (
  dialog_id BLOB, bucket INTEGER, message_id TEXT, sender_id TEXT, recipient_id TEXT, body TEXT,
  PRIMARY KEY (dialog_id, bucket, message_id)
) STRICT, WITHOUT ROWID`

const INSERT = `INSERT OR REPLACE INTO messages (dialog_id, bucket, message_id, sender_id, recipient_id, body)
  VALUES (?, ?, ?, ?, ?, ?)`

const SELECT_BEFORE = `SELECT message_id, sender_id, recipient_id, body FROM messages
  WHERE dialog_id = ? AND bucket = ? AND message_id < ? ORDER BY message_id DESC LIMIT ?`

const SELECT_IDS_BEFORE = `SELECT message_id, sender_id FROM messages
  WHERE dialog_id = ? AND bucket = ? AND message_id < ? ORDER BY message_id DESC LIMIT ?`

const SELECT_AFTER = `SELECT message_id, sender_id, recipient_id, body FROM messages
  WHERE dialog_id = ? AND bucket = ? AND message_id > ? ORDER BY message_id ASC LIMIT ?`

type Table = Statements<Run, 'insertMessage' | 'messagesBefore' | 'messageIdsBefore' | 'messagesAfter'>
type Range = Parameters<Store['messagesBefore']>

export const messagesTable = (database: DatabaseSync): Table => {
  database.exec(CREATE)
  const insert = database.prepare(INSERT)
  const select = <Value extends { id: MessageId }>(sql: string, toValue: (row: Row) => Value) => {
    const statement = database.prepare(sql)
    return (run: Run, ...[dialog, bucket, cursor, limit, from]: Range): Promise<Page<Value>> =>
      run('read', () => {
        const read = (begin: MessageId, rows: number) =>
          statement.all(dialog, bucket, begin, rows).map(toValue)
        return pageOf({ first: cursor, limit, from, read, after: ({ id }) => id })
      })
  }
  return {
    insertMessage: (run, dialog, bucket, { id, from, to, text }) =>
      run('write', () => void insert.run(dialog, bucket, id, from, to, text)),
    messagesBefore: select(SELECT_BEFORE, messageOf),
    messageIdsBefore: select(SELECT_IDS_BEFORE, headOf),
    messagesAfter: select(SELECT_AFTER, messageOf),
  }
}

type Row = Record<string, unknown>

const headOf = (row: Row): MessageHead => ({
  id: row['message_id'] as MessageId,
  from: row['sender_id'] as UserId,
})

const messageOf = (row: Row): Message => ({
  ...headOf(row),
  to: row['recipient_id'] as UserId,
  text: row['body'] as string,
})
