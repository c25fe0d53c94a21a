import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Session } from '../model/session.ts'
import { decide, REPEAT_MS, REST_MS } from './rotate.ts'

const AT = 1_800_000_000_000
const session: Session = { generation: 5, previous: 3, rotatedAtMs: AT }
const decided = (ms: number, presented: number, row = session) => decide(row, presented, AT + ms)

describe('the current token', () => {
  test('is kept while the session rests, and then rotates', () => {
    expect(decided(0, 5)).toEqual({ act: 'keep' })
    expect(decided(REST_MS, 5)).toEqual({ act: 'keep' })
    expect(decided(REST_MS + 1, 5)).toEqual({
      act: 'rotate',
      next: { generation: 6, previous: 5, rotatedAtMs: AT + REST_MS + 1 },
    })
  })

  test('is kept on an instance whose clock is behind that of the last change', () => {
    expect(decided(-500, 5)).toEqual({ act: 'keep' })
  })
})

describe('the previous token', () => {
  test('gets the same successor for 30 s, none until the rest is over, and then one that skips the first', () => {
    expect(decided(0, 3)).toEqual({ act: 'repeat', generation: 5 })
    expect(decided(REPEAT_MS, 3)).toEqual({ act: 'repeat', generation: 5 })
    expect(decided(REPEAT_MS + 1, 3)).toEqual({ act: 'keep' })
    expect(decided(REST_MS, 3)).toEqual({ act: 'keep' })
    expect(decided(REST_MS + 1, 3)).toEqual({
      act: 'rotate',
      next: { generation: 6, previous: 3, rotatedAtMs: AT + REST_MS + 1 },
    })
  })
})

test.each([0, 2, 4])('generation %i, replaced or skipped, is theft at any time', (presented) => {
  fc.assert(
    fc.property(fc.integer({ min: -REST_MS, max: 2_592_000_000 }), (ms) => {
      expect(decided(ms, presented)).toEqual({ act: 'theft' })
    }),
  )
})

test('a generation that the row has not reached is no theft', () => {
  expect(decided(0, 6)).toEqual({ act: 'behind' })
})

test('of any two tokens that are answered after the rest, at most one is good afterwards beside the presented one', () => {
  const ages = fc.array(
    fc.record({ pick: fc.nat(), ms: fc.integer({ min: REST_MS + 1, max: 10 * REST_MS }) }),
  )
  fc.assert(
    fc.property(ages, (steps) => {
      let row: Session = { generation: 0, rotatedAtMs: AT }
      for (const { pick, ms } of steps) {
        const nowMs = row.rotatedAtMs + ms
        const presented = pick % (row.generation + 1)
        const decision = decide(row, presented, nowMs)
        if (decision.act !== 'rotate') {
          expect(decision).toEqual({ act: 'theft' })
          continue
        }
        row = decision.next
        const good = Array.from({ length: row.generation + 1 }, (_, generation) => generation).filter(
          (generation) => decide(row, generation, nowMs + REST_MS + 1).act === 'rotate',
        )
        expect(good).toEqual([presented, row.generation])
      }
    }),
  )
})
