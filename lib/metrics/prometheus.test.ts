import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Counter, Histogram, Registry } from 'prom-client'
import { CATALOGUE, type Metric } from './catalogue.ts'
import { openMetrics } from './prometheus.ts'

const REQUESTS = 'dialogs_requests_total'
const DURATION = 'dialogs_request_duration_seconds'

const sorted = (page: string) => page.split('\n').sort()
const about = async (registry: Registry, ...names: string[]) =>
  sorted((await Promise.all(names.map((name) => registry.getSingleMetricAsString(name)))).join('\n'))

const reply = fc.record({
  operation: fc.constantFrom('sendMessage', 'listMessages', 'none'),
  code: fc.constantFrom('200', '204', '50301'),
  // Of a bound as well, which is within it.
  durationMs: fc.oneof(fc.double({ min: 0, max: 9_000, noNaN: true }), fc.constantFrom(5, 10, 5_000)),
})

test('what was counted is on the page as prom-client itself would have counted it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(reply), async (replies) => {
      const { metrics, registry } = openMetrics()
      const theirs = new Registry()
      const [requests, duration] = [CATALOGUE[REQUESTS], CATALOGUE[DURATION]]
      const registers = [theirs]
      const counter = new Counter({
        ...{ name: REQUESTS, help: requests.help, labelNames: requests.labels, registers },
      })
      const histogram = new Histogram({
        ...{ name: DURATION, help: duration.help, labelNames: duration.labels, registers },
        buckets: [...duration.bounds],
      })
      for (const { operation, code, durationMs } of replies) {
        expect(metrics.reply(operation, code, durationMs)).toBeUndefined()
        counter.labels(operation, code).inc()
        histogram.labels(operation).observe(durationMs / 1000)
      }
      expect(await about(registry, REQUESTS, DURATION)).toEqual(await about(theirs, REQUESTS, DURATION))
    }),
    { numRuns: 50 },
  )
})

test('every metric of the catalogue is on the page under its name, with its help and kind', async () => {
  const page = await openMetrics().registry.metrics()
  for (const [name, { help, kind }] of Object.entries<Metric>(CATALOGUE)) {
    expect(page).toContain(`# HELP ${name} ${help}\n`)
    expect(page).toContain(`# TYPE ${name} ${kind}\n`)
  }
})

test('what can be counted nought times begins at nought, and what has not been measured is not there', async () => {
  const page = await openMetrics().registry.metrics()
  expect(page).toContain('\ndialogs_turned_away_total{reason="overloaded"} 0\n')
  expect(page).toContain('\ndialogs_lanes_count 0\n')
  expect(page).not.toMatch(/^dialogs_(clock_offset_seconds|sockets|workers|requests_total)\b/m)
})

test('a gauge has the value that was set last', async () => {
  const { metrics, registry } = openMetrics()
  for (const size of [3, 7]) metrics.set('dialogs_sockets', size)
  metrics.set('dialogs_workers', 2, 'answering')
  const page = await registry.metrics()
  expect(page).toContain('\ndialogs_sockets 7\n')
  expect(page).toContain('\ndialogs_workers{state="answering"} 2\n')
})
