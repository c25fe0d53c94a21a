import { expect, test } from '@jest/globals'
import type { MessageId, UserId } from '../../../lib/model/ids.ts'
import { nothingPoured } from './instances.ts'
import { issuesOfWalk } from './verdict.ts'

const pair = { from: 'a' as UserId, to: 'b' as UserId }
const message = (id: string, text = `text ${id}`) => ({ ...pair, id: id as MessageId, text })
const poured = nothingPoured()
for (const { id, text } of ['1', '2', '3'].map((id) => message(id))) poured.acknowledged.set(id, text)
poured.inDoubt.add('maybe')

const issues = (direction: 'upwards' | 'downwards', ...listed: ReturnType<typeof message>[]) =>
  issuesOfWalk(listed, direction, poured.acknowledged.keys(), pair, poured)

test('acknowledged messages listed once and in order have no issue in either direction; messages in doubt may be listed', () => {
  expect(issues('upwards', message('1'), message('2'), message('3'))).toEqual([])
  expect(issues('downwards', message('4', 'maybe'), message('3'), message('2'), message('1'))).toEqual([])
})

test('only expected messages have to be listed', () => {
  expect(issuesOfWalk([message('3')], 'upwards', ['3' as MessageId], pair, poured)).toEqual([])
})

test.each([
  ['lost', [message('1'), message('3')]],
  ['doubled', [message('1'), message('2'), message('2'), message('3')]],
  ['out of order', [message('2'), message('1'), message('3')]],
  ['invented', [message('1'), message('2'), message('3'), message('4')]],
  ['changed', [message('1', 'another text'), message('2'), message('3')]],
])('a message that is %s is an issue', (name, listed) => {
  expect(issues('upwards', ...listed)).toEqual([expect.stringContaining(`upwards, 1 ${name}, the first`)])
})

test('a listing in the order of the other direction is out of order', () => {
  expect(issues('downwards', message('1'), message('2'), message('3'))).toEqual([
    expect.stringContaining('downwards, 2 out of order'),
  ])
})
