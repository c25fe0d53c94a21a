/** The record of an experiment, no more than its report needs: lab/results/experiments/<experiment>.json. */
import * as z from 'zod'

const tenths = z.number().transform((value) => Math.round(value * 10) / 10)
/** JSON writes NaN, which stands for what could not be measured, as null. */
const measured = z
  .number()
  .nullable()
  .transform((value) => (value === null ? Number.NaN : value))
const counts = z.record(z.string(), z.number()).transform((found) => sorted(found))

/** Of the requests that began in a stretch of time. */
const figures = z.object({
  requests: z.number(),
  /** Answered by 200. */
  acknowledged: z.number(),
  /** Of the acknowledged requests. */
  perSecond: measured,
  p50Ms: tenths,
  p95Ms: tenths,
  p99Ms: tenths,
  maxMs: tenths,
  /** Answers other than 200, by status; 0: no reply. */
  errors: counts,
})
/** A class is a kind of client: `town`, `celebrity`, `bystanders`. */
const classes = z.record(z.string(), figures).transform((found) => sorted(found))
/** As `npm run lab -- cluster status` counts; figures that a node does not tell because it is not up are left out. */
const node = z.object({
  node: z.number(),
  state: z.string(),
  owns: z.number().transform((value) => Math.round(value * 1e4) / 1e4),
  loadBytes: z.number(),
  writes: z.number().exactOptional(),
  rows: z.number().exactOptional(),
})
const lanes = z.object({
  atSeconds: tenths,
  lanes: z.number(),
  timeBuckets: z.number(),
  partitions: z.number(),
})
/** Of all instances of the service: sockets to the database, processor time in percent of one core. */
const service = z.object({ atSeconds: tenths, sockets: z.number(), processor: tenths })

/** Its known fields in one order, numbers as precise as they are shown. Seconds are since the first request of the load. */
export const recordedForm = z.object({
  experiment: z.string().regex(/^[a-z-]+$/),
  /** What was done, in one sentence for a reader of the report. */
  about: z.string(),
  recordedAt: z.iso.datetime(),
  machine: z.object({ cores: z.number(), memoryGb: tenths, node: z.string(), database: z.string() }),
  setting: z.object({
    nodes: z.number(),
    replicas: z.number(),
    instances: z.number(),
    load: z.string(),
    requestsPerSecond: tenths,
  }),
  events: z.array(z.object({ atSeconds: tenths, what: z.string() })),
  seconds: z.array(z.object({ second: z.number(), classes })),
  /** From one event to the next. */
  phases: z.array(z.object({ since: z.string(), fromSeconds: tenths, toSeconds: tenths, classes })),
  /** One entry for each look at the nodes. */
  nodes: z.array(z.object({ when: z.string(), atSeconds: tenths, nodes: z.array(node) })),
  /** Of the busiest dialog, when it is watched. */
  lanes: z.array(lanes).exactOptional(),
  /** Second by second, when it is watched. */
  service: z.array(service).exactOptional(),
  /** What the checker counted. */
  checked: z.object({
    messages: z.number(),
    acknowledged: z.number(),
    dialogs: z.number(),
    listed: z.record(z.string(), z.number()),
    wrong: z.record(z.string(), z.number()),
    forbiddenAnswers: z.number(),
  }),
  /** Ratios beside their targets, guarantees beside their limits. */
  verdicts: z.array(z.object({ asserted: z.string(), found: measured, holds: z.boolean() })),
  passed: z.boolean(),
})

export type Recorded = z.infer<typeof recordedForm>
/** By experiment. */
export type Recordings = Map<string, Recorded>
export type Event = Recorded['events'][number]
export type Figures = z.infer<typeof figures>
export type Second = Recorded['seconds'][number]
export type Phase = Recorded['phases'][number]
export type NodeFigures = z.infer<typeof node>
export type Lanes = z.infer<typeof lanes>
export type ServiceFigures = z.infer<typeof service>

/** As JSON with a line for each second, phase, look at the nodes and verdict. */
export const textOf = (recorded: Recorded): string => {
  const lines = Object.entries(recorded).map(([name, value]) => {
    const entries = Array.isArray(value) && value.length > 0 ? value : undefined
    const text = entries
      ? `[\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`
      : JSON.stringify(value)
    return `  ${JSON.stringify(name)}: ${text}`
  })
  return `{\n${lines.join(',\n')}\n}\n`
}

const sorted = <Value>(found: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(found).sort(([one], [other]) => (one < other ? -1 : 1)))
