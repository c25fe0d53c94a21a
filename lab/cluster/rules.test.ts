import { describe, expect, test } from '@jest/globals'
import { readRequest, refuse } from './rules.ts'
import type { State } from './status.ts'

const nodes = (...states: State[]) => states.map((state, i) => ({ node: i + 1, state }))
const asked =
  (words: string, ...states: State[]) =>
  () =>
    refuse(readRequest(words.split(' ')), nodes(...states))

describe('a cluster', () => {
  test('is brought up only where there is none', () => {
    expect(asked('up 3')).not.toThrow()
    expect(asked('up 3', 'up', 'down')).toThrow(
      'there is a cluster already (node 1 up, node 2 down): down first',
    )
    for (const words of ['add', 'kill 1', 'start 1', 'pause 1', 'resume 1', 'remove 1'])
      expect(asked(words)).toThrow('there is no cluster: up first')
  })

  test('tells its status, and goes down, in any state', () => {
    for (const words of ['status', 'down'])
      for (const states of [[], ['joining', 'paused', 'leaving'], ['unfinished']] as State[][])
        expect(asked(words, ...states)).not.toThrow()
  })

  test('accepts a new node when all others are up or unfinished', () => {
    expect(asked('add', 'up', 'up', 'unfinished')).not.toThrow()
    for (const state of ['starting', 'joining', 'leaving', 'paused', 'down'] as const)
      expect(asked('add', 'up', state)).toThrow(`a node joins when all others are up: node 2 ${state}`)
  })
})

describe('a node', () => {
  const all: State[] = ['up', 'starting', 'joining', 'leaving', 'paused', 'down', 'unfinished']
  const allowing = (action: string) =>
    all.filter((state) => {
      try {
        asked(`${action} 2`, 'up', state)()
        return true
      } catch {
        return false
      }
    })

  test('that does not exist is refused with a list of those that do', () => {
    expect(asked('kill 7', 'up', 'down')).toThrow('there is no node 7: node 1 up, node 2 down')
  })

  test('is killed while it runs, started when it is down, paused, and resumed after that', () => {
    expect(allowing('kill')).toEqual(['up', 'starting', 'joining', 'leaving', 'paused'])
    expect(allowing('start')).toEqual(['down'])
    expect(allowing('pause')).toEqual(['up', 'starting', 'joining', 'leaving'])
    expect(allowing('resume')).toEqual(['paused'])
  })

  test('leaves when it is up, unless it is the last', () => {
    expect(allowing('remove')).toEqual(['up', 'leaving'])
    expect(asked('remove 1', 'up')).toThrow('the last node goes with the cluster: down')
  })

  test('in a state that does not allow the request says what to do instead', () => {
    expect(asked('kill 1', 'down')).toThrow(/^node 1 is down$/)
    expect(asked('pause 1', 'down')).toThrow('node 1 is down: start it first')
    expect(asked('start 1', 'up')).toThrow(/^node 1 is up$/)
    expect(asked('remove 1', 'paused', 'up')).toThrow('node 1 is paused: resume it first')
    expect(asked('start 1', 'unfinished')).toThrow('node 1 is unfinished: the next add starts afresh')
  })
})
