/** Mutants that the simulation of inboxes must catch: each switches off one rule of docs/inbox.md. */
import type { Mutant } from '../mutants.ts'
import type { Change } from '../product.ts'

const walking = (is: string, instead: string): Change => ({ file: 'inbox/walk.ts', is, instead })
const joining = (is: string, instead: string): Change => ({ file: 'inbox/entry.ts', is, instead })
const settling = (is: string, instead: string): Change => ({ file: 'inbox/settle.ts', is, instead })
const announcing = (is: string, instead: string): Change => ({ file: 'inbox/announce.ts', is, instead })
const moving = (is: string, instead: string): Change => ({ file: 'inbox/move.ts', is, instead })
const sending = (is: string, instead: string): Change => ({ file: 'dialog/send.ts', is, instead })
const planning = (is: string, instead: string): Change => ({ file: 'buckets/plan.ts', is, instead })
const placing = (is: string, instead: string): Change => ({ file: 'buckets/place.ts', is, instead })

export const INBOX_MUTANTS: Mutant[] = [
  {
    name: 'inbox-plans-of-any-age',
    seeds: [1, 6],
    changes: [
      placing('plans.every(isAllowed)', 'true'),
      planning('if (kept && allows(', 'if (kept && (kept.head || allows('),
      planning('allows(kept, ctx.now(), ctx.now()))', 'allows(kept, ctx.now(), ctx.now())))'),
    ],
  },
  {
    name: 'moved-in-one-data-centre',
    seeds: [222, 222],
    changes: [moving('  await ctx.store.putListing(inbox, bucket, { peer, lastId: id }, true)\n', '')],
  },
  {
    name: 'no-completed-moves',
    seeds: [1, 3],
    changes: [settling('if (listed !== standsIn) await completeMove(seat, entry, standsIn, ctx)', '')],
  },
  {
    name: 'completed-after-the-reply',
    seeds: [1509, 1517],
    changes: [
      settling(
        'if (listed !== standsIn) await completeMove(seat, entry, standsIn, ctx)',
        'if (listed !== standsIn) void completeMove(seat, entry, standsIn, ctx).catch(() => undefined)',
      ),
    ],
  },
  { name: 'no-stale-entries', seeds: [1, 6], changes: [settling('    return false\n', '    return true\n')] },

  {
    name: 'written-again-by-begun-writes',
    seeds: [112, 123],
    changes: [
      announcing('      remember(seat, id, ctx)\n', ''),
      announcing(
        '      await ctx.store.putListing(',
        '      remember(seat, id, ctx)\n      await ctx.store.putListing(',
      ),
    ],
  },
  { name: 'written-again-too-late', seeds: [34, 56], changes: [announcing('= 10_000', '= 25_000')] },
  {
    name: 'acknowledged-without-its-listing',
    seeds: [26, 31],
    changes: [
      sending("if ('cause' in failed) throw", 'if (false as boolean) throw (failed as any), (0 as any) || '),
    ],
  },
  {
    name: 'announced-under-a-claimed-id',
    seeds: [26, 80],
    changes: [
      sending(
        'announced(write, announcements, placed)',
        'announced(write, announcements, { ...placed, id })',
      ),
    ],
  },
  {
    name: 'updated-where-it-stands-for-ever',
    seeds: [1, 6],
    changes: [
      announcing(
        'listed !== undefined && head.some(({ bucket }) => bucket === listed)',
        'listed !== undefined',
      ),
    ],
  },
  {
    name: 'moved-to-what-not-all-see',
    seeds: [28, 28],
    changes: [announcing('head.find(isVisible)?.bucket ?? newest', 'newest')],
  },
  {
    name: 'position-in-the-newest-bucket',
    seeds: [142, 142],
    changes: [joining('newer.id > older.id ? newer.id : older.id', 'newer.id')],
  },
  { name: 'shown-twice', seeds: [836, 836], changes: [walking('this.#shown.has(entry.peer) || ', '')] },
  {
    name: 'lanes-although-a-newer-entry-is-known',
    seeds: [57, 57],
    changes: [walking(' || entry.bucket !== bucket', '')],
  },
  {
    name: 'what-was-above-the-cursor',
    seeds: [26, 78],
    changes: [walking('id === this.#places.get(peer) ? ', 'true ? ')],
  },
  { name: 'a-head-of-one-for-readers', seeds: [1, 3], changes: [walking('ctx, INBOX_HEAD)', 'ctx, 1)')] },
  {
    name: 'lanes-again',
    seeds: [3, 6],
    changes: [walking('return mine > theirs || (mine === theirs && bucket < lanes.bucket)', 'return false')],
  },
  {
    name: 'the-end-by-the-earliest-of-all',
    seeds: [1, 3],
    changes: [{ file: 'timeline/timeline.ts', is: '(visibleMs[head - 1] ??', instead: '(visibleMs[0] ??' }],
  },
]
