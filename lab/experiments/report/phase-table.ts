/** How fast each kind of client was served from one event to the next, as a table. */
import { markdownTable } from '../../kit/markdown-table.ts'
import { whole } from '../../kit/whole.ts'
import type { Figures, Recorded } from '../recorded.ts'
import { kindsOf } from './kinds.ts'

export const phaseTable = ({ phases }: Recorded): string =>
  markdownTable([
    [
      'from',
      'seconds',
      'clients',
      'requests',
      '200 a second',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'max ms',
      'no success',
    ],
    ...phases.flatMap((phase) =>
      kindsOf([phase]).map((kind, index) => [
        index === 0 ? phase.since : '',
        index === 0 ? `${whole(phase.fromSeconds)} to ${whole(phase.toSeconds)}` : '',
        kind,
        ...speedOf(phase.classes[kind] as Figures),
      ]),
    ),
  ])

const speedOf = ({ requests, perSecond, p50Ms, p95Ms, p99Ms, maxMs, errors }: Figures): string[] => [
  whole(requests),
  Number.isFinite(perSecond) ? perSecond.toFixed(1) : '',
  ...[p50Ms, p95Ms, p99Ms, maxMs].map(whole),
  Object.entries(errors)
    .map(([status, count]) => `${status === '0' ? 'no reply' : status}: ${count}`)
    .join(', ') || '0',
]
