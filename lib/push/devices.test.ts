import { describe, expect, test } from '@jest/globals'
import type { ConnectionId, Device } from '../model/connection.ts'
import type { UserId } from '../model/ids.ts'
import { devicesOf, sharedReads } from './devices.ts'

const person = (name: string) => name as UserId
const [ALICE, BOB, CAROL] = [person('alice'), person('bob'), person('carol')]
const deviceOf = (user: UserId): Device => ({
  id: `of-${user}` as ConnectionId,
  user,
  endpoint: 'here',
  connectedMs: 0,
})

/** Reads that are answered, and pauses that end, when a test says so. */
const setting = () => {
  const pauses: (() => void)[] = []
  const reads: { of: UserId[]; by: string; answer: () => void; fail: () => void }[] = []
  const find = sharedReads(() => new Promise<void>((resolve) => pauses.push(resolve)))
  const ask = (people: UserId[], by = 'anybody') =>
    find(people, {
      readConnections: (of) =>
        new Promise((resolve, reject) => {
          const fail = () => reject(new Error('gone'))
          reads.push({ of, by, answer: () => resolve(of.map(deviceOf)), fail })
        }),
    })
  const afterPause = async () => {
    pauses.shift()?.()
    await new Promise(setImmediate)
  }
  return { reads, pauses, ask, afterPause }
}

describe('devices that are found by shared reads', () => {
  test('are read at once when nothing was read just before', async () => {
    const { reads, ask } = setting()
    const found = ask([ALICE, BOB])
    expect(reads.map(({ of }) => of)).toEqual([[ALICE, BOB]])
    reads[0]?.answer()
    expect(await found).toEqual([deviceOf(ALICE), deviceOf(BOB)])
  })

  test('are read by one statement for all who ask during a pause, and each caller gets those of its own people', async () => {
    const { reads, ask, afterPause } = setting()
    void ask([ALICE, BOB])
    const both = [ask([ALICE, CAROL]), ask([BOB, BOB])]
    expect(reads).toHaveLength(1)
    await afterPause()
    expect(reads.map(({ of }) => of)).toEqual([
      [ALICE, BOB],
      [ALICE, CAROL, BOB],
    ])
    reads[1]?.answer()
    expect(await Promise.all(both)).toEqual([[deviceOf(ALICE), deviceOf(CAROL)], [deviceOf(BOB)]])
  })

  test('never come from a read that had begun before they were asked for', async () => {
    const { reads, ask, afterPause } = setting()
    void ask([ALICE, BOB])
    const later = ask([ALICE, BOB])
    reads[0]?.answer()
    await afterPause()
    expect(reads).toHaveLength(2)
    reads[1]?.answer()
    expect(await later).toHaveLength(2)
  })

  test('are read on behalf of the request that came last, which has the most time left', async () => {
    const { reads, ask, afterPause } = setting()
    for (const by of ['first', 'second', 'third']) void ask([ALICE], by)
    await afterPause()
    expect(reads.map(({ by }) => by)).toEqual(['first', 'third'])
  })

  test('are read at once again after a pause in which nobody has asked', async () => {
    const { reads, ask, afterPause } = setting()
    void ask([ALICE])
    await afterPause()
    void ask([BOB])
    expect(reads).toHaveLength(2)
  })

  test('are read without waiting once 64 people are asked for, and the pause goes on', async () => {
    const { reads, pauses, ask } = setting()
    void ask([ALICE])
    for (let pair = 0; pair < 32; pair += 1) void ask([person(`a${pair}`), person(`b${pair}`)])
    expect(reads.map(({ of }) => of.length)).toEqual([1, 64])
    expect(pauses).toHaveLength(1)
  })

  test('are found by nobody who shares a read that fails, and the next read is a new one', async () => {
    const { reads, ask, afterPause } = setting()
    void ask([ALICE])
    const both = [ask([ALICE]), ask([BOB])]
    await afterPause()
    reads[1]?.fail()
    for (const each of both) await expect(each).rejects.toThrow('gone')
    const next = ask([CAROL])
    await afterPause()
    reads[2]?.answer()
    expect(await next).toEqual([deviceOf(CAROL)])
  })
})

test('devices of one and the same person are read once', async () => {
  const readConnections = async (of: UserId[]) => of.map(deviceOf)
  expect(await devicesOf([ALICE, ALICE], { readConnections })).toEqual([deviceOf(ALICE)])
})
