import { beforeEach, describe, expect, test } from '@jest/globals'
import { openMetrics } from './prometheus.ts'
import { sumOfProcesses } from './sum.ts'

const [ONE, OTHER, THIRD] = [1, 2, 3]
const OPENINGS = 'dialogs_openings_total{kind="even"}'

let sum: ReturnType<typeof sumOfProcesses>
beforeEach(() => {
  sum = sumOfProcesses()
})

/** Of a process that has opened so many time buckets, as it tells them. */
const a_process = async (openings: number, more: { offset?: number; sockets?: number } = {}) => {
  const { metrics, registry } = openMetrics()
  for (let opening = 0; opening < openings; opening += 1) metrics.count('dialogs_openings_total', 'even')
  metrics.observe('dialogs_lanes', 4)
  if (more.offset !== undefined) metrics.set('dialogs_clock_offset_seconds', more.offset)
  if (more.sockets !== undefined) metrics.set('dialogs_sockets', more.sockets)
  // As it arrives in another process.
  return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()))
}
const sampleOf = async (series: string): Promise<number | undefined> => {
  const found = (await sum.page([])).split('\n').find((line) => line.startsWith(`${series} `))
  return found === undefined ? undefined : Number(found.slice(series.length))
}

test('counters, histograms and sockets add up; the clock, which processes share, is their average', async () => {
  sum.tell(ONE, await a_process(2, { offset: 0.25, sockets: 5 }))
  sum.tell(OTHER, await a_process(3, { offset: 0.75, sockets: 7 }))
  expect(await sampleOf(OPENINGS)).toBe(5)
  expect(await sampleOf('dialogs_lanes_bucket{le="4"}')).toBe(2)
  expect(await sampleOf('dialogs_lanes_bucket{le="2"}')).toBe(0)
  expect(await sampleOf('dialogs_lanes_sum')).toBe(8)
  expect(await sampleOf('dialogs_sockets')).toBe(12)
  expect(await sampleOf('dialogs_clock_offset_seconds')).toBe(0.5)
})

describe('a counter never falls', () => {
  beforeEach(async () => {
    sum.tell(ONE, await a_process(2, { sockets: 5 }))
    sum.tell(OTHER, await a_process(3, { sockets: 7 }))
  })

  test('when a process does not answer: what it told last still counts', async () => {
    sum.tell(ONE, await a_process(10))
    expect(await sampleOf(OPENINGS)).toBe(13)
  })

  test('when processes end, at once or one after the other; their sockets are gone', async () => {
    sum.end(ONE)
    sum.end(OTHER)
    expect(await sampleOf(OPENINGS)).toBe(5)
    expect(await sampleOf('dialogs_lanes_sum')).toBe(8)
    expect(await sampleOf('dialogs_sockets')).toBeUndefined()
    sum.tell(THIRD, await a_process(1, { sockets: 1 }))
    expect(await sampleOf(OPENINGS)).toBe(6)
    sum.end(THIRD)
    expect(await sampleOf(OPENINGS)).toBe(6)
  })

  test('while a page is being made', async () => {
    const page = sum.page([])
    sum.end(ONE)
    expect(await page).toContain(`\n${OPENINGS} 5\n`)
  })
})

test('a process that has ended without a word counts for nothing', async () => {
  sum.end(ONE)
  expect(await sum.page([])).toBe('\n')
})
