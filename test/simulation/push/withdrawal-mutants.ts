/** Mutants by which a frame reaches a device whose token is withdrawn, or a device is not told any more. */
import type { Mutant } from '../mutants.ts'
import type { Change } from '../product.ts'

const enlisting = (is: string, instead: string): Change => ({ file: 'push/enlist.ts', is, instead })
const withdrawing = (is: string, instead: string): Change => ({ file: 'push/withdraw.ts', is, instead })

const PUT = '  await ctx.store.putConnection(connection, atMs, keptSeconds(connection, ctx))\n'
const VERDICT = `  if (await isWithdrawn(connection, ctx))
    throw new Fault('unauthorized', 'the token of the connection is withdrawn')
`
const REMOVE = '  await ctx.store.removeConnections(user, path, ctx.now() + MAX_CLOCK_SKEW_MS)\n'
const REMOVE_WHAT_IS_READ =
  '  for (const one of devices.filter((device) => path.every((part, index) => part === pathOf(device)[index])))\n' +
  '    await ctx.store.removeConnections(user, pathOf(one), ctx.now() + MAX_CLOCK_SKEW_MS)\n'

export const WITHDRAWAL_MUTANTS: Mutant[] = [
  {
    // A withdrawal that cannot see a row does not remove it either.
    name: 'verdict-before-the-row-and-rows-removed-as-read',
    seeds: [1, 16],
    changes: [withdrawing(REMOVE, REMOVE_WHAT_IS_READ)],
  },
  {
    // As first designed: the row, then the verdict, and a removal of what is read.
    name: 'row-before-the-verdict',
    seeds: [4, 6],
    changes: [
      enlisting(VERDICT, ''),
      enlisting(
        PUT,
        PUT +
          VERDICT.replace('ctx))', 'ctx)) {')
            .replace(
              '    throw',
              '    const { user, session, token, id } = connection\n    await ctx.store.removeConnections(user, [session ?? "", token ?? "", id], atMs + 1_000)\n    throw',
            )
            .replace("is withdrawn')\n", "is withdrawn')\n  }\n"),
      ),
      withdrawing(REMOVE, REMOVE_WHAT_IS_READ),
    ],
  },
  { name: 'no-verdict', seeds: [1, 2], changes: [enlisting(VERDICT, '')] },
  {
    name: 'row-dated-after-the-verdict',
    seeds: [179, 179],
    changes: [enlisting('putConnection(connection, atMs,', 'putConnection(connection, ctx.now(),')],
  },
  {
    name: 'frames-of-any-age',
    seeds: [3, 7],
    changes: [{ file: 'push/wire.ts', is: 'Math.abs(nowMs - sentMs) > MOST_MS', instead: 'false' }],
  },
  { name: 'rows-by-any-clock', seeds: [7, 37], changes: [enlisting('  await requireClock(ctx)\n', '')] },
  {
    name: 'removed-by-a-clock-that-is-behind',
    seeds: [32, 32],
    changes: [withdrawing('ctx.now() + MAX_CLOCK_SKEW_MS', 'ctx.now()')],
  },
]
