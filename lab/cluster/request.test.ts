import { describe, expect, test } from '@jest/globals'
import { readRequest } from './rules.ts'

describe('a request to npm run lab -- cluster', () => {
  test('is an action, with a number where it takes one', () => {
    expect(readRequest(['up', '3'])).toEqual({ action: 'up', nodes: 3 })
    for (const action of ['kill', 'start', 'pause', 'resume', 'remove'])
      expect(readRequest([action, '2'])).toEqual({ action, node: 2 })
    for (const action of ['add', 'status', 'down']) expect(readRequest([action])).toEqual({ action })
  })

  test.each([
    [[], 'nothing is nothing to ask'],
    [['restart', '1'], 'restart 1 is nothing to ask'],
    [['constructor'], 'constructor is nothing to ask'],
    [['add', '4'], 'add 4 is nothing to ask'],
    [['kill', '1', '2'], 'kill 1 2 is nothing to ask'],
    [['up'], 'up takes how many nodes, 1 to 9'],
    [['up', '0'], 'up takes how many nodes'],
    [['up', '10'], 'up takes how many nodes'],
    [['up', '3.5'], 'up takes how many nodes'],
    [['kill'], 'kill takes the number of a node'],
    [['kill', '-1'], 'kill takes the number of a node'],
    [['remove', 'node-1'], 'remove takes the number of a node'],
  ])('is refused with the usage when it is %j', (args, words) => {
    expect(() => readRequest(args)).toThrow(words)
    expect(() => readRequest(args)).toThrow('\nusage: npm run lab -- cluster up <nodes> | add')
  })
})
