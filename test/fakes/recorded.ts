/** An invented record of an experiment, for tests of the report. */
import type { Recorded } from '../../lab/experiments/recorded.ts'

const town = {
  requests: 40,
  acknowledged: 38,
  perSecond: 40,
  p50Ms: 5.04,
  p95Ms: 12,
  p99Ms: 31.26,
  maxMs: 45,
  errors: { 503: 1, 429: 1 },
}

export const a_recording = (given: Partial<Recorded> = {}): Recorded => ({
  experiment: 'add-node',
  about: 'A node is added under load.',
  recordedAt: '2026-11-21T20:00:00.000Z',
  machine: { cores: 2, memoryGb: 7.8, node: 'v24.21.0', database: 'Apache Cassandra 5.0.8' },
  setting: { nodes: 3, replicas: 3, instances: 4, load: 'town', requestsPerSecond: 40 },
  events: [
    { atSeconds: 0, what: 'begin' },
    { atSeconds: 2.04, what: 'the end' },
  ],
  seconds: [
    { second: 0, classes: { town } },
    { second: 1, classes: { town } },
  ],
  phases: [{ since: 'begin', fromSeconds: 0, toSeconds: 2, classes: { town } }],
  nodes: [
    {
      when: 'before',
      atSeconds: 0,
      nodes: [{ node: 1, state: 'up', owns: 1, loadBytes: 100, writes: 7, rows: 7 }],
    },
  ],
  checked: {
    messages: 60,
    acknowledged: 58,
    dialogs: 9,
    listed: { downwards: 58, upwards: 58 },
    wrong: { lost: 0, doubled: 0, 'out of order': 0, invented: 0, changed: 0 },
    forbiddenAnswers: 0,
  },
  verdicts: [{ asserted: 'p99 while it joins, times before, at most 3', found: 2.34567, holds: true }],
  passed: true,
  ...given,
})
