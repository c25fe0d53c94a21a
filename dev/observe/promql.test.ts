import { describe, expect, test } from '@jest/globals'
import { promql } from './promql.ts'

const { rate, quantile, happened, each } = promql('5m', 'instance=~"$instance"')

describe('a query', () => {
  test.each([
    [
      rate('dialogs_requests_total', ['code'], { operation: 'sendMessage', code: /5.*/ }),
      'sum by (code) (rate(dialogs_requests_total{operation="sendMessage",code=~"5.*",instance=~"$instance"}[5m]))',
    ],
    [
      quantile(0.99, 'dialogs_lanes'),
      'histogram_quantile(0.99, sum by (le) (rate(dialogs_lanes_bucket{instance=~"$instance"}[5m])))',
    ],
    [each('dialogs_sockets'), 'dialogs_sockets{instance=~"$instance"}'],
    [promql('5m').each('dialogs_sockets'), 'dialogs_sockets'],
    [
      promql('5m').happened('dialogs_refreshes_total', [], { outcome: 'theft' }),
      'sum((increase(dialogs_refreshes_total{outcome="theft"}[5m]) and dialogs_refreshes_total{outcome="theft"} offset 5m) or dialogs_refreshes_total{outcome="theft"})',
    ],
  ])('is written as Prometheus reads it: %s', (query, text) => {
    expect(query).toBe(text)
  })

  test('does not compile with a name or a label that the catalogue does not have', () => {
    // @ts-expect-error: no such metric
    expect(rate('dialogs_request_total')).toContain('dialogs_request_total')
    // @ts-expect-error: a histogram has no rate of its own
    expect(rate('dialogs_lanes')).toContain('dialogs_lanes')
    // @ts-expect-error: no such label
    expect(happened('dialogs_refreshes_total', [], { result: 'theft' })).toContain('result')
    // @ts-expect-error: nor to sum by
    expect(rate('dialogs_requests_total', ['user'])).toContain('user')
  })
})
