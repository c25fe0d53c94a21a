import { expect, test } from '@jest/globals'
import type { MessageId, UserId } from '../../../lib/model/ids.ts'
import { flawsOf } from './flaws.ts'
import { nothingPoured } from './pour.ts'

const message = (id: string, text = `text ${id}`) => ({
  id: id as MessageId,
  from: 'a' as UserId,
  to: 'b' as UserId,
  text,
})
const poured = nothingPoured()
for (const { id, text } of ['1', '2', '3'].map((id) => message(id))) poured.acknowledged.set(id, text)
poured.inDoubt.add('maybe')

const flaws = (direction: 'upwards' | 'downwards', ...listed: ReturnType<typeof message>[]) =>
  flawsOf(listed, direction, poured.acknowledged.keys(), poured)

test('everything acknowledged once, in order, has no flaw, either way; what is in doubt may be there', () => {
  expect(flaws('upwards', message('1'), message('2'), message('3'))).toEqual([])
  expect(flaws('downwards', message('4', 'maybe'), message('3'), message('2'), message('1'))).toEqual([])
})

test('only what was expected has to be there', () => {
  expect(flawsOf([message('3')], 'upwards', ['3' as MessageId], poured)).toEqual([])
})

test.each([
  ['lost', [message('1'), message('3')]],
  ['doubled', [message('1'), message('2'), message('2'), message('3')]],
  ['out of order', [message('2'), message('1'), message('3')]],
  ['unknown', [message('1'), message('2'), message('3'), message('4')]],
  ['unknown', [message('1', 'another text'), message('2'), message('3')]],
])('one that is %s is a flaw', (name, listed) => {
  expect(flaws('upwards', ...listed)).toEqual([expect.stringContaining(`upwards, 1 ${name}, the first`)])
})

test('an order is right in one direction only', () => {
  expect(flaws('downwards', message('1'), message('2'), message('3'))).toEqual([
    expect.stringContaining('downwards, 2 out of order'),
  ])
})
