/** What is kept of a report: its known fields in one order, numbers as fine as they are shown, and nothing else. */
import * as z from 'zod'
import type { Recorded } from '../recorded.ts'

const tenths = z.number().transform((value) => Math.round(value * 10) / 10)
/** JSON has no word for what could not be measured. */
const measured = z
  .number()
  .nullable()
  .transform((value) => (value === null ? Number.NaN : value))
const counts = z.record(z.string(), z.number()).transform((found) => sorted(found))

const figures = z.object({
  requests: z.number(),
  acknowledged: z.number(),
  perSecond: measured,
  p50Ms: tenths,
  p95Ms: tenths,
  p99Ms: tenths,
  maxMs: tenths,
  errors: counts,
})
const classes = z.record(z.string(), figures).transform((found) => sorted(found))
const node = z.object({
  node: z.number(),
  state: z.string(),
  owns: z.number().transform((value) => Math.round(value * 1e4) / 1e4),
  loadBytes: z.number(),
  writes: z.number().exactOptional(),
  rows: z.number().exactOptional(),
})

/** @throws ZodError that names the field */
export const recordedForm: z.ZodType<Recorded, unknown> = z.object({
  experiment: z.string().regex(/^[a-z-]+$/),
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
  phases: z.array(z.object({ since: z.string(), fromSeconds: tenths, toSeconds: tenths, classes })),
  nodes: z.array(z.object({ when: z.string(), atSeconds: tenths, nodes: z.array(node) })),
  lanes: z
    .array(
      z.object({ atSeconds: tenths, lanes: z.number(), timeBuckets: z.number(), partitions: z.number() }),
    )
    .exactOptional(),
  service: z.array(z.object({ atSeconds: tenths, sockets: z.number(), processor: tenths })).exactOptional(),
  checked: z.object({
    messages: z.number(),
    acknowledged: z.number(),
    dialogs: z.number(),
    listed: z.record(z.string(), z.number()),
    wrong: z.record(z.string(), z.number()),
    forbiddenAnswers: z.number(),
  }),
  verdicts: z.array(z.object({ asserted: z.string(), found: measured, holds: z.boolean() })),
  passed: z.boolean(),
})

const sorted = <Value>(found: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(found).sort(([one], [other]) => (one < other ? -1 : 1)))
