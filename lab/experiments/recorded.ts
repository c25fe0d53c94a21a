/** What is kept of an experiment: all that its report needs, and no more; committed as lab/results/experiments/<experiment>.json. */
import type { Verdict } from '../load/runner/figures.ts'

/** Seconds are since the first request of the load. */
export type Event = { atSeconds: number; what: string }

/** Of the requests that began in a stretch of time; a class is a kind of client (`town`, `celebrity`, `bystanders`). */
export type Figures = {
  requests: number
  /** Answered by 200. */
  acknowledged: number
  /** Of those that were acknowledged. */
  perSecond: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  maxMs: number
  /** Answers that were no success, by status; 0: no reply. */
  errors: Record<string, number>
}
export type Second = { second: number; classes: Record<string, Figures> }
/** From one event to the next. */
export type Phase = {
  since: string
  fromSeconds: number
  toSeconds: number
  classes: Record<string, Figures>
}
/** As `npm run lab -- cluster status` counts them; what a node that is not up cannot say is undefined. */
export type NodeFigures = {
  node: number
  state: string
  owns: number
  loadBytes: number
  writes?: number
  rows?: number
}
export type Lanes = { atSeconds: number; lanes: number; timeBuckets: number; partitions: number }

/** Of all instances of the service together. */
export type ServiceFigures = {
  atSeconds: number
  /** To the database. */
  sockets: number
  /** Of one core, in per cent, since the figures before. */
  processor: number
}

export type Recorded = {
  experiment: string
  /** What was done, in one sentence for a reader of the report. */
  about: string
  recordedAt: string
  machine: { cores: number; memoryGb: number; node: string; database: string }
  setting: { nodes: number; replicas: number; instances: number; load: string; requestsPerSecond: number }
  events: Event[]
  seconds: Second[]
  phases: Phase[]
  /** One entry for each time that the nodes were looked at. */
  nodes: { when: string; atSeconds: number; nodes: NodeFigures[] }[]
  /** Of the busiest dialog, when it is watched. */
  lanes?: Lanes[]
  /** Second by second, when it is watched. */
  service?: ServiceFigures[]
  /** What the checker counted. */
  checked: {
    messages: number
    acknowledged: number
    dialogs: number
    listed: Record<string, number>
    wrong: Record<string, number>
    forbiddenAnswers: number
  }
  /** Ratios beside their targets, guarantees beside their limits: `asserted`, `found`, `holds`. */
  verdicts: Verdict[]
  passed: boolean
}
