import { expect, test } from '@jest/globals'
import type { UserId } from '../../../lib/model/ids.ts'
import type { Sent } from '../../checker/sent.ts'
import { aDevice, arrivalsOf, hear } from './arrivals.ts'
import { expectedAt } from './turn.ts'

const [ALICE, BOB, CAROL] = ['alice', 'bob', 'carol'] as [UserId, UserId, UserId]
const message = (id: string, from: UserId = ALICE, to: UserId = BOB) => ({
  id,
  from,
  to,
  text: id,
  sent_at: '',
})
const sent = (id: string, instance = 0): Sent => {
  const body = JSON.stringify(message(id))
  const reply = { instance, beganMs: 0, endedMs: performance.now(), status: 200, body }
  return { from: ALICE, to: BOB, text: id, key: id, tries: [{ ...reply, retryAfterSeconds: undefined }] }
}

test('devices of both people that were told, and those that were not, are counted', () => {
  const [alices, bobs, others] = [aDevice(ALICE, 0), aDevice(BOB, 1), aDevice(BOB, 1)]
  const all = [sent('one'), sent('two')]
  hear(alices, message('one'))
  hear(alices, message('two'))
  hear(bobs, message('one'))
  const { arrived, missed } = arrivalsOf(all, [alices, bobs, others, aDevice(CAROL, 0)], () => 'pairs')
  expect(arrived.map(({ class: kind, status }) => [kind, status])).toEqual([
    ['pairs', 200],
    ['pairs', 200],
    ['pairs', 200],
  ])
  expect(missed).toBe(3)
})

test('a device that was told before the acknowledgement has not waited', () => {
  const device = aDevice(BOB, 0)
  hear(device, message('one'))
  const [arrival] = arrivalsOf([sent('one')], [device], () => 'pairs').arrived
  expect(arrival?.durationMs).toBe(0)
})

test('a second frame for the same message, and one of other people, are noticed', () => {
  const device = aDevice(BOB, 0)
  for (const id of ['one', 'one', 'two']) hear(device, message(id))
  hear(device, message('three', ALICE, CAROL))
  expect(device).toMatchObject({ again: 1, strange: 1 })
})

test('an instance is called once for each device there, for messages that another one has stored', () => {
  const devices = [aDevice(ALICE, 0), aDevice(ALICE, 1), aDevice(BOB, 1), aDevice(CAROL, 1)]
  const all = [sent('one', 0), sent('two', 1), sent('three', 2)]
  expect([0, 1, 2].map((instance) => expectedAt(instance, all, devices))).toEqual([2, 4, 0])
})
