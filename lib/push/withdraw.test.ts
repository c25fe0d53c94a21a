import { beforeEach, describe, expect, test } from '@jest/globals'
import { ALICE, an_instance, BEGIN, type OneInstance } from '../../test/fakes/one-instance.ts'
import type { Context } from '../context.ts'
import type { Connection, ConnectionId } from '../model/connection.ts'
import { connect } from './connect.ts'
import { ping } from './ping.ts'
import type { Push, Wire } from './wire.ts'
import { disconnectWithdrawn } from './withdraw.ts'

const NOW_MS = BEGIN * 1000
const id = 'c' as ConnectionId
const connection: Connection = {
  ...{ id, user: ALICE, endpoint: 'http://127.0.0.1:1', session: 'sid:one', token: 'jti:one' },
  ...{ issuedMs: NOW_MS, connectedMs: NOW_MS, expiresMs: NOW_MS + 60_000 },
}
const closed: string[] = []
const wire: Wire = {
  post: async () => 'unreachable',
  close: async (device) => void closed.push(device.id),
}

let instance: OneInstance
let ctx: Context

beforeEach(async () => {
  instance = an_instance()
  ctx = { ...instance.ctx, push: { wire, pingSeconds: 30 } as Push }
  closed.length = 0
  await connect(connection, ctx)
})

const connected = async () => (await ctx.store.readConnections([ALICE])).map((device) => device.id)

describe('a withdrawn token', () => {
  test('leaves no row of a connection, and the connections that are known are closed', async () => {
    await ping({ connection, sinceMs: undefined }, ctx)
    await ctx.store.putConnection({ ...connection, id: 'd' as ConnectionId, session: 'sid:two' }, NOW_MS, 60)
    await disconnectWithdrawn(ALICE, ['sid:one'], wire, ctx)
    expect(await connected()).toEqual(['d'])
    expect(closed).toEqual(['c'])
  })

  test('leaves no row that arrives later either, from an instance whose clock is ahead', async () => {
    await disconnectWithdrawn(ALICE, ['sid:one', 'jti:one'], wire, ctx)
    await ctx.store.putConnection(connection, NOW_MS + 500, 60)
    expect(await connected()).toEqual([])
  })

  test('is refused by the next ping, and no row is written', async () => {
    await ctx.store.withdraw(ALICE, { what: 'sid:one', atMs: NOW_MS }, 60)
    await expect(ping({ connection, sinceMs: 0 }, ctx)).rejects.toMatchObject({ kind: 'unauthorized' })
    expect(await connected()).toEqual([])
  })
})

test('the time of an answer is not that of a clock that was set right after the row was written', async () => {
  instance.memory.after = (statement) => {
    if (statement === 'putConnection') instance.hand.now += 600_000
    if (statement === 'putConnection') instance.memory.clockOffsetMs = -600_000
  }
  expect((await ping({ connection, sinceMs: undefined }, ctx)).nowMs).toBeLessThanOrEqual(NOW_MS)
})
