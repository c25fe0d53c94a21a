import { afterEach, expect, jest, test } from '@jest/globals'
import { Client, errors, type types } from 'cassandra-driver'
import { startCall } from '../../call.ts'
import { connect } from './connect.ts'

const config = {
  contactPoints: ['127.0.0.1'],
  port: 9042,
  localDataCenter: 'dc',
  keyspace: 'k',
  replication: {},
}

afterEach(() => {
  jest.restoreAllMocks()
})

/** A database, and what its client does with each statement. */
const open = async (execute: () => Promise<types.ResultSet>) => {
  const host = { datacenter: 'dc', address: '127.0.0.1:9042', isUp: () => true }
  jest.spyOn(Client.prototype, 'connect').mockImplementation(async function (this: Client) {
    Object.assign(this, { hosts: { values: () => [host], get: () => host } })
  })
  const spied = jest.spyOn(Client.prototype, 'execute') as jest.Spied<() => Promise<types.ResultSet>>
  spied.mockImplementation(execute)
  const database = await connect(config)
  const ask = (ms = 4_500) => database.within(startCall(ms))({ kind: 'read', cql: 'SELECT' }, [])
  return { database, ask }
}

const timeOut = () => Promise.reject(new errors.OperationTimedOutError('no reply', '127.0.0.1:9042'))
const refused = (asked: Promise<unknown>) =>
  expect(asked).rejects.toMatchObject({ kind: 'database_unavailable' })

test('a client is spent after two time-outs in a row: its connection may have gone silent', async () => {
  const { database, ask } = await open(timeOut)
  await refused(ask())
  expect(database.isSpent()).toBe(false)
  await refused(ask())
  expect(database.isSpent()).toBe(true)
})

test('statements that time out together are one time-out: the database may have stalled for a moment', async () => {
  const { database, ask } = await open(timeOut)
  await Promise.all([refused(ask()), refused(ask()), refused(ask())])
  expect(database.isSpent()).toBe(false)
})

test("a time-out for want of the request's time says nothing of the connection", async () => {
  const { database, ask } = await open(timeOut)
  for (const ms of [300, 300, 300]) await refused(ask(ms))
  expect(database.isSpent()).toBe(false)
})

test('a client is shut down when the statements on their way have ended, and not before', async () => {
  const shutdown = jest.spyOn(Client.prototype, 'shutdown') as jest.Spied<() => Promise<void>>
  shutdown.mockResolvedValue()
  const [answered, timedOut] = [Promise.withResolvers<types.ResultSet>(), Promise.withResolvers<never>()]
  const replies = [answered.promise, timedOut.promise]
  const { database, ask } = await open(() => replies.pop() as Promise<types.ResultSet>)
  const refusal = refused(ask())
  const answer = ask()
  await new Promise(setImmediate)
  const closed = database.close()
  timedOut.reject(new errors.OperationTimedOutError('no reply', '127.0.0.1:9042'))
  await refusal
  expect(shutdown).not.toHaveBeenCalled()
  answered.resolve({ rows: [], wasApplied: () => true } as unknown as types.ResultSet)
  await closed
  expect(await answer).toMatchObject({ rows: [] })
  expect(shutdown).toHaveBeenCalledTimes(1)
})
