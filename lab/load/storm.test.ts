import { describe, expect, test } from '@jest/globals'
import { firstSuccessMs, stormVerdicts } from './storm.ts'

const holding = (...seen: Parameters<typeof stormVerdicts>) =>
  stormVerdicts(...seen).map(({ holds }) => holds)

describe('a storm is weathered', () => {
  test('when memory stays near what it was before, and a success comes soon', () => {
    expect(holding([90, 130, 230, 150], 2, 10_000)).toEqual([true, true])
    expect(holding([90, 130, 231, 150], 2, 10_001)).toEqual([false, false])
  })

  test('not when neither was observed', () => {
    expect(holding([], 0, Number.NaN)).toEqual([false, false])
    expect(holding([130], 0, 0)).toEqual([false, true])
  })
})

describe('the first success after a moment', () => {
  const AFTER = Date.parse('2026-01-01T00:00:00.000Z')
  const line = (operation: string, status: number, afterMs: number, duration_ms: number) =>
    JSON.stringify({ time: new Date(AFTER + afterMs).toISOString(), operation, status, duration_ms })

  test('belongs to a send or a list that began after it', () => {
    const log = [
      line('sendMessage', 200, -5, 1),
      line('sendMessage', 200, 100, 101),
      line('checkHealth', 200, 150, 1),
      line('listMessages', 503, 160, 1),
      line('listMessages', 200, 170, 50),
      line('sendMessage', 200, 180, 1),
    ]
    expect(firstSuccessMs(`${log.join('\n')}\n`, AFTER)).toBe(170)
    expect(firstSuccessMs(log.slice(0, 4).join('\n'), AFTER)).toBeNaN()
  })
})
