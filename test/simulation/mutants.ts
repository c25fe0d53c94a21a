/** The rules of the protocol, each switched off: what the simulation must notice. */
import type { Change } from './product.ts'
import type { Surroundings } from './run.ts'

/** `caughtBy` is the first seed that notices it; absent, none is known yet. */
export type Mutant = { name: string; changes: Change[]; surroundings?: Surroundings; caughtBy?: number }

const placing = (is: string, instead: string): Change => ({ file: 'dialog/place.ts', is, instead })
const planning = (is: string, instead: string): Change => ({ file: 'dialog/plan.ts', is, instead })
const graceOf = (instead: string): Change[] => [
  {
    file: 'timeline/rules.ts',
    is: 'GRACE_MS = PLAN_MAX_AGE_MS + MAX_CLOCK_SKEW_MS + 1',
    instead: `GRACE_MS = ${instead}`,
  },
]

export const MUTANTS: Mutant[] = [
  { name: 'no-rule-1', caughtBy: 32, changes: [placing('if (plan.isVisible) return', 'return')] },
  {
    name: 'older-bucket',
    caughtBy: 111,
    changes: [
      placing(
        'await requireVisible(dialog, plan, ctx)',
        'await requireVisible(dialog, plan, ctx).catch(async () => { const { rows } = await ctx.store.bucketsUpTo(dialog, (plan.newest - 1) as never, 1); plan.newest = (rows[0]?.bucket ?? 0) as never })',
      ),
    ],
  },
  {
    name: 'no-rule-2',
    caughtBy: 1,
    changes: [planning('stampMs <= plan.readAtMs + PLAN_MAX_AGE_MS', 'plan !== undefined')],
  },
  {
    name: 'monotonic',
    caughtBy: 2,
    changes: [
      placing(
        'if (allows(plan, stampOf(id), ctx.now()))',
        'if ((ctx as any).monotonic() <= (plan as any).monotonicMs + 1_000)',
      ),
      planning(
        'if (kept && allows(kept, ctx.now(), ctx.now()))',
        'if (kept && (ctx as any).monotonic() <= (kept as any).monotonicMs + 1_000)',
      ),
      planning(
        'const readAtMs = ctx.now()',
        'const readAtMs = ctx.now(); const monotonicMs = (ctx as any).monotonic()',
      ),
      planning('isVisible, readAtMs }', 'isVisible, readAtMs, monotonicMs } as Plan'),
    ],
  },
  {
    name: 'renewed-by-opening',
    caughtBy: 141,
    changes: [
      {
        file: 'dialog/open.ts',
        is: 'ctx.note({ opened: bucket })',
        instead:
          'ctx.memory.plans.set(keyOf(dialog), { newest: bucket, isVisible: true, readAtMs: ctx.now() })',
      },
    ],
  },
  { name: 'grace-is-C', caughtBy: 72, changes: graceOf('PLAN_MAX_AGE_MS') },
  { name: 'grace-is-S', caughtBy: 1, changes: graceOf('MAX_CLOCK_SKEW_MS') },
  { name: 'no-rule-3', caughtBy: 16, changes: [placing('Math.max(ctx.now(), opensMs)', 'ctx.now()')] },
  {
    name: 'remembering-generator',
    changes: [
      placing(
        'Math.max(ctx.now(), opensMs), ctx',
        '((ctx.memory as any).last = Math.max(ctx.now(), opensMs, ((ctx.memory as any).last ?? 0) + 1)), ctx',
      ),
      placing('if (allows(plan, stampOf(id), ctx.now()))', 'if (allows(plan, ctx.now(), ctx.now()))'),
    ],
  },
  { name: 'local-quorum-rows', caughtBy: 53, changes: [], surroundings: { everyDataCentre: false } },
  {
    name: 'upwards-from-newest-before',
    caughtBy: 1,
    changes: [
      {
        file: 'dialog/index-read.ts',
        is: '.filter(({ endsMs }) => endsMs >= stampMs)',
        instead: '.slice(0, 1)',
      },
    ],
  },
  {
    name: 'opened-at-exclusive',
    caughtBy: 16,
    changes: [
      {
        file: 'dialog/index-read.ts',
        is: 'let upTo = lastBucketOf(Math.floor(stampOf(cursor) / 1000))',
        instead: 'let upTo = lastBucketOf(Math.ceil(stampOf(cursor) / 1000) - 1)',
      },
    ],
  },
]
