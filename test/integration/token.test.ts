import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { migrateTo } from '../../bin/migrate.ts'
import { bigintColumn, compositeKey } from '../../dev/inspect/partition-key.ts'
import { tokenOf } from '../../dev/inspect/token.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import { a_keyspace } from '../world/keyspace.ts'

const { variables, config } = a_keyspace()
let database: Database
let define: ReturnType<Database['throughOneCoordinator']>

beforeAll(async () => {
  await migrateTo({ ...process.env, ...variables }, () => undefined)
  database = await connect(config, config.keyspace)
  define = database.throughOneCoordinator()
  await define(`CREATE TABLE ${config.keyspace}.blobs (key blob PRIMARY KEY)`)
  await define(`CREATE TABLE ${config.keyspace}.senders (sender_id text PRIMARY KEY)`)
})
afterAll(() => database.close())

/** The token that the database computes for a row that was just written. */
const tokenThere = async (table: string, columns: string[], values: unknown[]): Promise<bigint> => {
  const [names, marks] = [columns, columns.map(() => '?')].map((list) => list.join(', '))
  await define(`INSERT INTO ${table} (${names}) VALUES (${marks})`, values)
  const key = columns.filter((column) => column !== 'message_id')
  const where = key.map((column) => `${column} = ?`).join(' AND ')
  const { rows } = await define(
    `SELECT token(${key.join(', ')}) AS computed FROM ${table} WHERE ${where} LIMIT 1`,
    values.slice(0, key.length),
  )
  return BigInt(String(rows[0]?.['computed']))
}

test('our token of random keys of 1 to 64 bytes is the one that the database computes', async () => {
  for (let i = 0; i < 256; i++) {
    const key = randomBytes(1 + (i % 64))
    expect(await tokenThere('blobs', ['key'], [key])).toBe(tokenOf(key))
  }
})

test('our token of (dialog_id, bucket) is the one that the database computes', async () => {
  for (let i = 0; i < 256; i++) {
    const dialog = randomBytes(32)
    const bucket = i === 0 ? 0 : (1_800_000_000 + i) * 1024 + i
    const there = await tokenThere(
      'messages',
      ['dialog_id', 'bucket', 'message_id'],
      [dialog, bucket, '01a1fd71-63d4-7e73-9332-3f70d03f6c86'],
    )
    expect(there).toBe(tokenOf(compositeKey([dialog, bigintColumn(bucket)])))
  }
})

test('our token of a sender is the one that the database computes', async () => {
  for (const sender of [
    'alice',
    'Lady Gaga',
    'Ёлка',
    '🦄'.repeat(9),
    ...Array.from({ length: 60 }, (_, i) => `user-${i}`),
  ]) {
    expect(await tokenThere('senders', ['sender_id'], [sender])).toBe(tokenOf(Buffer.from(sender)))
  }
})
