/** Mutants that the simulation must catch: each switches off one rule of the protocol. */
import type { Surroundings } from './begin.ts'
import { KEY_MUTANTS } from './key-mutants.ts'
import type { Change } from './product.ts'

/** At least one of the runs from the first to the last of `seeds` catches it. */
export type Mutant<Around = Surroundings> = {
  name: string
  seeds: readonly [number, number]
  changes: Change[]
  surroundings?: Around
}

const placing = (is: string, instead: string): Change => ({ file: 'buckets/place.ts', is, instead })
const planning = (is: string, instead: string): Change => ({ file: 'buckets/plan.ts', is, instead })
const graceOf = (instead: string): Change[] => [
  {
    file: 'timeline/rules.ts',
    is: 'GRACE_MS = PLAN_MAX_AGE_MS + MAX_CLOCK_SKEW_MS + 1',
    instead: `GRACE_MS = ${instead}`,
  },
]

export const MUTANTS: Mutant[] = [
  {
    name: 'no-rule-1',
    seeds: [12, 22],
    changes: [placing('plan.isVisible ? undefined : requireVisible(', 'true ? undefined : requireVisible(')],
  },
  {
    name: 'older-bucket',
    seeds: [59, 63],
    changes: [
      placing(
        ': requireVisible(owner, plan, ctx)',
        ': requireVisible(owner, plan, ctx).catch(async () => { const { rows } = await ctx.store.bucketsUpTo(owner, (plan.newest - 1) as never, 1); Object.assign(plan, { newest: rows[0]?.bucket ?? 0, isVisible: true }) })',
      ),
    ],
  },
  {
    name: 'no-rule-2',
    seeds: [1, 5],
    changes: [planning('stampMs <= plan.readAtMs + PLAN_MAX_AGE_MS', 'plan !== undefined')],
  },
  {
    name: 'monotonic',
    seeds: [38, 44],
    changes: [
      placing(
        'allows(one, stampOf(id), ctx.now())',
        '(ctx as any).monotonic() <= (one as any).monotonicMs + 1_000',
      ),
      planning(
        'if (kept && allows(kept, ctx.now(), ctx.now()))',
        'if (kept && (ctx as any).monotonic() <= (kept as any).monotonicMs + 1_000)',
      ),
      planning(
        'const readAtMs = ctx.now()\n  let',
        'const readAtMs = ctx.now(); const monotonicMs = (ctx as any).monotonic()\n  let',
      ),
      planning('isVisible, readAtMs, marks }', 'isVisible, readAtMs, marks, monotonicMs } as Plan'),
    ],
  },
  {
    name: 'renewed-by-opening',
    seeds: [62, 82],
    changes: [
      {
        file: 'buckets/open.ts',
        is: 'ctx.note({ opened: bucket })',
        instead:
          'ctx.memory.plans.set(keyOf(owner), { newest: bucket, isVisible: true, readAtMs: ctx.now() })',
      },
    ],
  },
  { name: 'grace-is-C', seeds: [268, 272], changes: graceOf('PLAN_MAX_AGE_MS') },
  { name: 'grace-is-S', seeds: [5, 16], changes: graceOf('MAX_CLOCK_SKEW_MS') },
  { name: 'no-rule-3', seeds: [157, 164], changes: [placing('Math.max(ctx.now(), opensMs)', 'ctx.now()')] },
  {
    name: 'renewed-by-making-visible',
    seeds: [65, 90],
    changes: [placing('plan.isVisible = true', 'plan.isVisible = true; plan.readAtMs = ctx.now()')],
  },
  {
    // A thousand ids a second advance a generator's millisecond; the few that people send here need larger steps.
    name: 'remembering-generator',
    seeds: [1, 3],
    changes: [
      placing(
        'Math.max(ctx.now(), opensMs), ctx',
        '((ctx.memory as any).last = Math.max(ctx.now(), opensMs, ((ctx.memory as any).last ?? 0) + 100)), ctx',
      ),
    ],
  },
  { name: 'local-quorum-rows', seeds: [62, 83], changes: [], surroundings: { everyDataCentre: false } },
  {
    name: 'upwards-from-newest-before',
    seeds: [1, 4],
    changes: [
      {
        file: 'buckets/index-read.ts',
        is: '.filter(({ endsMs }) => endsMs >= stampMs)',
        instead: '.slice(0, 1)',
      },
    ],
  },
  {
    name: 'opened-at-exclusive',
    seeds: [362, 377],
    changes: [
      {
        file: 'buckets/index-read.ts',
        is: 'let upTo = lastBucketOf(Math.floor(stampOf(cursor) / 1000))',
        instead: 'let upTo = lastBucketOf(Math.ceil(stampOf(cursor) / 1000) - 1)',
      },
    ],
  },
  {
    name: 'no-clock-guard',
    seeds: [4, 9],
    changes: [
      { file: 'buckets/clock.ts', is: "last?.verdict === 'within' && Math", instead: 'true || Math' },
    ],
  },
  {
    name: 'clock-checked-beside-only',
    seeds: [371, 383],
    changes: [placing(' && isWithinBounds(ctx))', ')')],
  },
  {
    name: 'compared-when-done',
    seeds: [37, 37],
    changes: [{ file: 'buckets/clock.ts', is: 'const { at } = best', instead: 'const at = ctx.now()' }],
  },
  {
    name: 'not-settled',
    seeds: [41, 52],
    changes: [
      {
        file: 'dialog/history.ts',
        is: 'return { after: earlier(newest, settled) }',
        instead: 'return { after: newest }',
      },
    ],
  },
  {
    name: 'settled-not-handed-on',
    seeds: [198, 221],
    changes: [{ file: 'dialog/history.ts', is: '...(newest > settled && { settled })', instead: '' }],
  },
  ...KEY_MUTANTS,
]
