import { expect, test } from '@jest/globals'
import { readRequest } from './main.ts'

const read = (...args: string[]) => readRequest(args, ['add-node', 'spread'])

test('one experiment is requested by its name, all of them by `all`', () => {
  expect([read('add-node'), read('spread'), read('all')]).toEqual(['add-node', 'spread', 'all'])
})

test.each([
  [[], 'nothing'],
  [['add'], 'add'],
  [['add-node', 'spread'], 'add-node spread'],
  [['add-node', '--rate', '5'], 'add-node --rate 5'],
])('anything else is refused with all names: %j', (args, words) => {
  expect(() => read(...args)).toThrow(
    `${words} is no experiment\nusage: npm run lab -- prove add-node | spread | all`,
  )
})
