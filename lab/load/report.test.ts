import { describe, expect, test } from '@jest/globals'
import { type Asked, type Figures, reportOf, textOf } from './report.ts'

const asked: Asked = { scenario: 'mixed', target: 'serve', rate: 20, durationSeconds: 60 }
const speed = (p95Ms: number) => ({ values: { med: 2, 'p(95)': p95Ms, 'p(99)': 9, max: 12 } })
const count = (of: number) => ({ values: { count: of } })

/** As k6 1.8.1 writes them, shortened: 100 sends, of which 5 failed. */
const figures = (more: Figures['metrics'] = {}): Figures => ({
  state: { testRunDurationMs: 50_000 },
  root_group: { checks: [{ name: 'a list is newest first', passes: 7, fails: 0 }] },
  metrics: {
    checks: { values: { rate: 1, passes: 7, fails: 0 }, thresholds: { 'rate==1': { ok: true } } },
    dropped_iterations: { ...count(0), thresholds: { 'count==0': { ok: true } } },
    http_req_failed: {
      values: { rate: 0.05, passes: 5, fails: 95 },
      thresholds: { 'rate<0.1': { ok: true } },
    },
    http_req_duration: speed(5),
    http_reqs: count(100),
    iterations: count(40),
    'http_reqs{operation:sendMessage}': count(100),
    'http_req_duration{operation:sendMessage}': { ...speed(5), thresholds: { 'p(95)<250': { ok: true } } },
    'http_req_failed{operation:sendMessage}': { values: { rate: 0.05, passes: 5, fails: 95 } },
    'http_reqs{operation:sendMessage,status:503}': count(3),
    'http_reqs{operation:sendMessage,status:0}': count(1),
    'http_reqs{operation:sendMessage,status:500}': count(0),
    ...more,
  },
})

describe('the report of a load', () => {
  test('gives the count, speed and failures of each operation, nothing left out', () => {
    const report = reportOf(figures(), asked, [100, 130, 120])
    expect(report.operations).toEqual({
      sendMessage: {
        requests: 100,
        perSecond: 2,
        p50Ms: 2,
        p95Ms: 5,
        p99Ms: 9,
        maxMs: 12,
        failures: { 'no reply': 1, 503: 3, other: 1 },
      },
    })
    expect(report).toMatchObject({ passed: true, memoryMb: { first: 100, last: 120, most: 130 } })
    expect(textOf(report)).toMatch(
      /sendMessage +100 +2\.0 +2\.0 +5\.0 +9\.0 +12\.0 {2}503: 3, no reply: 1, other: 1\n/,
    )
    expect(textOf(report)).toContain('4 of 4 assertions hold')
  })

  test('fails when one threshold was crossed, and says which and by how much', () => {
    const failed = { values: { rate: 0.2, passes: 20, fails: 80 }, thresholds: { 'rate<0.1': { ok: false } } }
    const report = reportOf(figures({ http_req_failed: failed }), asked, [])
    expect(report.passed).toBe(false)
    expect(textOf(report)).toContain('FAILED http_req_failed rate<0.1, found 0.2\n3 of 4')
  })

  test('names the checks of content that failed', () => {
    const bad = {
      ...figures(),
      root_group: { checks: [{ name: 'a list is newest first', passes: 5, fails: 2 }] },
    }
    expect(textOf(reportOf(bad, asked, []))).toContain('FAILED a list is newest first: 2 of 7 times')
  })

  test('of a spike fails only when the service is slower afterwards than before', () => {
    const spike = (beforeMs: number, afterMs: number) =>
      reportOf(
        figures({
          'http_req_duration{scenario:before}': speed(beforeMs),
          'http_req_duration{scenario:peak}': speed(100),
          'http_req_duration{scenario:after}': speed(afterMs),
        }),
        { ...asked, scenario: 'spike' },
        [],
      )
    expect(spike(10, 44)).toMatchObject({
      passed: true,
      phases: { before: { p95Ms: 10 }, after: { p95Ms: 44 } },
    })
    expect(spike(10, 46).passed).toBe(false)
    expect(textOf(spike(10, 46))).toContain('(10.0 ms) + 25 ms, found 46')
  })

  test('of a search for the limit passes when the limit was found, with the rate of that moment', () => {
    const ramp = { ...asked, scenario: 'breakpoint', rate: 600 }
    const crossed = { ...speed(700), thresholds: { 'p(95)<500': { ok: false } } }
    const found = reportOf(figures({ http_req_duration: crossed }), ramp, [])
    expect(found).toMatchObject({ passed: true, brokeAt: { visitsPerSecond: 500, requestsPerSecond: 1_250 } })
    expect(textOf(found)).toContain(
      'broke at 500 visits/s, that is 1250 requests/s:\n  http_req_duration p(95)<500, found 700',
    )
    expect(reportOf(figures(), ramp, []).passed).toBe(false)
    expect(textOf(reportOf(figures(), ramp, []))).toContain('no limit up to 600 visits/s')
    const wrong = { values: { rate: 0.9 }, thresholds: { 'rate==1': { ok: false } } }
    expect(reportOf(figures({ http_req_duration: crossed, checks: wrong }), ramp, []).passed).toBe(false)
  })
})
