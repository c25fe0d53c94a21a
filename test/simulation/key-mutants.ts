/** Mutants that the simulation must catch: each switches off one rule of exactly-once sends. */
import type { Change } from './product.ts'

const claiming = (is: string, instead: string): Change => ({ file: 'dialog/claim.ts', is, instead })
const sending = (is: string, instead: string): Change => ({ file: 'dialog/send.ts', is, instead })

export const KEY_MUTANTS: { name: string; seeds: readonly [number, number]; changes: Change[] }[] = [
  {
    name: 'new-id-for-a-claimed-key',
    seeds: [1, 17],
    changes: [
      sending('const { id, bucket } = key === undefined ? placed : await', 'if (key) await'),
      sending('note(openingOf(', 'const { id, bucket } = placed; note(openingOf('),
    ],
  },
  {
    name: 'own-bucket-for-a-claimed-id',
    seeds: [1, 17],
    changes: [
      sending('ctx.store.insertMessage(dialog, bucket,', 'ctx.store.insertMessage(dialog, placed.bucket,'),
    ],
  },
  {
    name: 'claimed-after-the-insert',
    seeds: [2, 3],
    changes: [
      sending(
        'const { id, bucket } = key',
        'await ctx.store.insertMessage(dialog, placed.bucket, { id: placed.id, ...content }); const { id, bucket } = key',
      ),
    ],
  },
  {
    name: 'not-applied-is-mine',
    seeds: [1, 17],
    changes: [claiming(': await ctx.store.readClaim(from, key)', ': mine')],
  },
  {
    name: 'expired-is-mine',
    seeds: [21, 40],
    changes: [
      claiming(
        ': await ctx.store.readClaim(from, key)',
        ': ((await ctx.store.readClaim(from, key)) ?? mine)',
      ),
    ],
  },
  {
    name: 'doubt-is-mine',
    seeds: [1, 17],
    changes: [claiming('doubt = error\n', 'return mine\n')],
  },
  {
    name: 'new-stamp-after-doubt',
    seeds: [13, 34],
    changes: [
      claiming('import { digestOf,', 'import { digestOf, messageIdAt,'),
      claiming('doubt = error\n', 'doubt = error; mine.id = messageIdAt(ctx.now(), ctx.random(10))\n'),
    ],
  },
  {
    name: 'fingerprint-unchecked',
    seeds: [1, 17],
    changes: [claiming('!claimed.fingerprint.equals(mine.fingerprint)', 'false')],
  },
  {
    name: 'fingerprint-of-the-attempt',
    seeds: [1, 17],
    changes: [claiming('Buffer.from(text)]', 'Buffer.from(text), Buffer.from(id)]')],
  },
]
