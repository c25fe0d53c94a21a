import { expect, test } from '@jest/globals'
import { CATALOGUE } from './catalogue.ts'
import { embeddedMetrics } from './embedded.ts'

type Directive = { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }

/** AWS, "Specification: Embedded metric format". */
test('a line has the metrics of its request as CloudWatch takes them, by operation and code', () => {
  const line: Record<string, unknown> = {
    operation: 'sendMessage',
    ...embeddedMetrics(() => 1_800_000_000_000).reply('sendMessage', '50301', 12.5),
  }
  expect(line).toMatchObject({
    code: '50301',
    dialogs_requests_total: 1,
    dialogs_request_duration_seconds: 0.0125,
  })
  const { Timestamp, CloudWatchMetrics } = line['_aws'] as {
    Timestamp: number
    CloudWatchMetrics: Directive[]
  }
  expect(Timestamp).toBe(1_800_000_000_000)
  for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
    expect(Namespace).toBe('dialogs')
    // The targets of dimensions have to be texts, those of metrics numbers, both at the root.
    for (const label of Dimensions.flat()) expect(typeof line[label]).toBe('string')
    for (const { Name } of Metrics) expect(typeof line[Name]).toBe('number')
    for (const { Name } of Metrics)
      expect(Dimensions).toEqual([CATALOGUE[Name as keyof typeof CATALOGUE].labels])
  }
  expect(CloudWatchMetrics.flatMap(({ Metrics }) => Metrics).map(({ Unit }) => Unit)).toEqual([
    'Count',
    'Seconds',
  ])
})

test('whatever else is counted is in no line', () => {
  const { count, observe, set } = embeddedMetrics(Date.now)
  expect([
    count('dialogs_openings_total', 'even'),
    observe('dialogs_lanes', 1),
    set('dialogs_sockets', 1),
  ]).toEqual([undefined, undefined, undefined])
})
