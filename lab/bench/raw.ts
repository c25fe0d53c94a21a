/** The floor: the driver alone, executing the statements of a send and of a page of a quiet dialog. */
import { randomBytes } from 'node:crypto'
import { Client, types } from 'cassandra-driver'
import type { DatabaseConfig } from '../../lib/config/database.ts'
import { AFTER_ALL_MESSAGES, dialogIdOf, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import { SELECT_UP_TO } from '../../lib/store/buckets.ts'
import { INSERT, SELECT_BEFORE } from '../../lib/store/messages.ts'
import { GENESIS } from '../../lib/timeline/bucket.ts'
import type { Person } from '../kit/people.ts'
import type { Operation } from './contest.ts'

export const TEXT = 'Hello! How are you? This is a message of about eighty characters, as people write.'
const PARTNERS = 100
export const anyPartner = (): UserId => `partner-${Math.floor(Math.random() * PARTNERS)}` as UserId
/** The dialog of each sender with this person is filled before pages of it are read. */
export const OLD_FRIEND = 'old-friend' as UserId
const PAGE = 50
const LAST_BUCKET = Number.MAX_SAFE_INTEGER

export const rawDriver = async (config: DatabaseConfig, people: Person[]) => {
  const client = new Client({
    contactPoints: config.contactPoints,
    localDataCenter: config.localDataCenter,
    keyspace: config.keyspace,
    protocolOptions: { port: config.port, maxVersion: types.protocolVersion.v4 },
    queryOptions: { consistency: types.consistencies.localQuorum, prepare: true, isIdempotent: true },
  })
  await client.connect()
  const sender = (caller: number) => (people[caller] as Person).id
  const send = async (from: Person['id'], to: Person['id']) => {
    const dialog = dialogIdOf(from, to)
    await client.execute(SELECT_UP_TO.cql, [dialog, LAST_BUCKET, 1])
    const id = messageIdAt(Date.now(), randomBytes(10))
    await client.execute(INSERT.cql, [dialog, GENESIS, id, from, to, TEXT])
  }
  const page: Operation = async (caller) => {
    const dialog = dialogIdOf(sender(caller), OLD_FRIEND)
    const before = AFTER_ALL_MESSAGES
    const [, { rows }] = await Promise.all([
      client.execute(SELECT_UP_TO.cql, [dialog, LAST_BUCKET, 1]),
      client.execute(SELECT_BEFORE.cql, [dialog, GENESIS, before, PAGE + 1], { fetchSize: PAGE + 1 }),
    ])
    if (rows.length !== PAGE + 1) throw new Error(`a page has ${rows.length} rows`)
  }
  return {
    send: (caller: number) => send(sender(caller), anyPartner()),
    page,
    /** One page and a bit for each sender to read. */
    fill: async () => {
      for (const { id } of people) {
        await Promise.all(Array.from({ length: PAGE + 10 }, () => send(id, OLD_FRIEND)))
      }
    },
    close: () => client.shutdown(),
  }
}
