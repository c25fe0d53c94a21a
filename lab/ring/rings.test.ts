import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Ring, tablets, vnodes } from './rings.ts'

const sizes = fc.record({ nodes: fc.integer({ min: 3, max: 60 }), seed: fc.integer({ min: 0, max: 99 }) })
const holders = ({ ends, replicas }: Ring, position: number) =>
  replicas[
    Math.max(
      0,
      ends.findIndex((end) => position <= end),
    )
  ] ?? []

describe.each([
  ['vnodes', vnodes],
  ['tablets', tablets],
])('a ring of %s', (_, kind) => {
  test('has three different nodes for every token, and uses all nodes', () => {
    fc.assert(
      fc.property(sizes, ({ nodes, seed }) => {
        const { ring } = kind(nodes, seed)
        for (const three of ring.replicas) expect(new Set(three).size).toBe(3)
        expect(new Set(ring.replicas.flat()).size).toBe(nodes)
        expect([...ring.ends]).toEqual([...ring.ends].sort((a, b) => a - b))
      }),
      { numRuns: 30 },
    )
  })

  test('grows by moving data to the new node, and none between old ones', () => {
    fc.assert(
      fc.property(sizes, ({ nodes, seed }) => {
        const { ring, grown } = kind(nodes, seed)
        const gained = [...ring.ends, ...grown.ends].flatMap((position) =>
          holders(grown, position).filter((node) => !holders(ring, position).includes(node)),
        )
        expect(new Set(gained)).toEqual(new Set([nodes]))
      }),
      { numRuns: 30 },
    )
  })
})

test('tablets are a power of two, and all nodes have the same number of them, give or take one', () => {
  for (const nodes of [3, 10, 100]) {
    const { replicas } = tablets(nodes, 1).ring
    expect(Number.isInteger(Math.log2(replicas.length))).toBe(true)
    const held = Array.from({ length: nodes }, (_, node) => replicas.flat().filter((n) => n === node).length)
    expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1)
    expect(Math.min(...held)).toBeGreaterThanOrEqual(32)
  }
})

test('the replicas of a token are the owner of the next vnode and the next other nodes clockwise', () => {
  const { ring } = vnodes(5, 7)
  const owners = ring.replicas.map(([owner]) => owner)
  for (const [i, three] of ring.replicas.entries()) {
    const clockwise = new Set([...owners.slice(i), ...owners.slice(0, i)])
    expect(three).toEqual([...clockwise].slice(0, 3))
  }
})
