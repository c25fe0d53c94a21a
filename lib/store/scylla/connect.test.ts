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

/** A client whose statements all time out, with so many milliseconds left. */
const after_timeouts = async (...remainingMs: number[]) => {
  const host = { datacenter: 'dc', address: '127.0.0.1:9042', isUp: () => true }
  jest.spyOn(Client.prototype, 'connect').mockImplementation(async function (this: Client) {
    Object.assign(this, { hosts: { values: () => [host], get: () => host } })
  })
  const noReply = new errors.OperationTimedOutError('no reply', host.address)
  const execute = jest.spyOn(Client.prototype, 'execute') as jest.Spied<() => Promise<types.ResultSet>>
  execute.mockRejectedValue(noReply)
  const database = await connect(config)
  for (const ms of remainingMs) {
    const asked = database.within(startCall(ms))({ kind: 'read', cql: 'SELECT' }, [])
    await expect(asked).rejects.toMatchObject({ kind: 'database_unavailable' })
  }
  return database
}

test('a client is spent after two time-outs in a row: its connection may have gone silent', async () => {
  expect((await after_timeouts(4_500)).isSpent()).toBe(false)
  expect((await after_timeouts(4_500, 4_500)).isSpent()).toBe(true)
})

test("a time-out for want of the request's time says nothing of the connection", async () => {
  expect((await after_timeouts(300, 300, 300)).isSpent()).toBe(false)
})
