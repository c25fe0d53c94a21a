/** Mutants that the simulation of pushes must catch: each switches off one rule of docs/decisions/0036-connections.md. */
import type { Mutant } from '../mutants.ts'
import type { Change } from '../product.ts'
import { WITHDRAWAL_MUTANTS } from './withdrawal-mutants.ts'

const client = (is: string, instead: string): Change => ({ file: 'push/client-rules.ts', is, instead })
const behind = (is: string, instead: string): Change => ({ file: 'push/behind.ts', is, instead })
const pinging = (is: string, instead: string): Change => ({ file: 'push/ping.ts', is, instead })
const connecting = (is: string, instead: string): Change => ({ file: 'push/connect.ts', is, instead })
const pushing = (is: string, instead: string): Change => ({ file: 'push/push-message.ts', is, instead })
const telling = (is: string, instead: string): Change => ({ file: 'push/tell.ts', is, instead })
const sharing = (is: string, instead: string): Change => ({ file: 'push/devices.ts', is, instead })
const changing = (is: string, instead: string): Change => ({ file: 'inbox/changed.ts', is, instead })
const floor = (is: string, instead: string): Change => ({ file: 'inbox/floor.ts', is, instead })

const PUT_BY_ID = '  await ctx.store.putConnectionById(connection, secondsLeft(connection, ctx.now()))\n'
const ENLIST = '  await enlist(connection, ctx)\n'

export const PUSH_MUTANTS: Mutant[] = [
  {
    name: 'a-cursor-of-the-highest-id-seen',
    seeds: [1, 3],
    changes: [
      client(
        'heard: (person, message) => show(dialogWith(person).shown, message)',
        'heard: (person, message) => { show(dialogWith(person).shown, message); sinceMs = Math.max(sinceMs ?? 0, Number.parseInt(message.id.replace("-", "").slice(0, 12), 16)) + 20_000 }',
      ),
    ],
  },
  {
    name: 'the-newest-bucket-only',
    seeds: [1, 2],
    changes: [
      behind('.filter(({ endsMs }) => endsMs >= floorMs)', '.slice(0, 1)'),
      behind('if (!beyond ||', 'if (true || !beyond ||'),
    ],
  },
  {
    name: 'row-in-connect',
    seeds: [19, 21],
    changes: [
      connecting('import { Fault }', "import { enlist } from './enlist.ts'\nimport { Fault }"),
      connecting(PUT_BY_ID, `${PUT_BY_ID}  await enlist(connection, ctx)\n`),
      pinging(ENLIST, `  if (ctx.now() - connection.connectedMs > 3_000) await enlist(connection, ctx)\n`),
    ],
  },
  {
    name: 'connections-read-beside-the-store',
    seeds: [1, 3],
    changes: [
      pushing(
        '  const decided = await send()\n',
        '  const read = push.devicesOf([from, to], ctx.store); read.catch(() => undefined); const decided = await send(); const before = { ...push, devicesOf: () => read }\n',
      ),
      pushing(' push, ctx)\n  return { decided', ' before, ctx)\n  return { decided'),
    ],
  },
  {
    name: 'catch-up-before-the-row',
    seeds: [3, 4],
    changes: [
      pinging(ENLIST, ''),
      pinging(
        'return { nowMs, isBehind: await isBehind(connection.user, sinceMs, ctx), expiresMs }',
        'const pong = { nowMs, isBehind: await isBehind(connection.user, sinceMs, ctx), expiresMs }; void enlist(connection, ctx).catch(() => undefined); return pong',
      ),
    ],
  },
  {
    name: 'connections-cached',
    seeds: [3, 6],
    changes: [
      telling(
        'await devicesOf(people, ctx.store)',
        '(await Promise.all([...new Set(people)].map((person) => { const kept = ((ctx.memory as any).connections ??= new Map()); const known = kept.get(person); if (known && ctx.now() - known.atMs < 5_000) return known.reading; const reading = ctx.store.readConnections([person]); kept.set(person, { atMs: ctx.now(), reading }); return reading }))).flat()',
      ),
    ],
  },
  {
    name: 'joins-a-read-that-has-begun',
    seeds: [3, 3],
    changes: [
      sharing('    next = undefined\n    store', '    store'),
      sharing(
        '    isPausing = false\n    if (next) begin(next)',
        '    isPausing = false\n    next = undefined',
      ),
    ],
  },
  {
    name: 'pings-that-write-a-missing-row-only',
    seeds: [33, 81],
    changes: [
      pinging(
        ENLIST,
        '  if (!(await ctx.store.readConnections([connection.user])).some((one) => one.id === connection.id)) await enlist(connection, ctx)\n',
      ),
    ],
  },
  {
    name: 'since-before-it-has-caught-up',
    seeds: [1, 2],
    changes: [
      client('.then(catchUp)\n', '.then(() => { const done = catchUp(); sinceMs = nowMs; return done })\n'),
    ],
  },
  {
    name: 'live-frames-move-the-link',
    seeds: [1, 3],
    changes: [
      client(
        'heard: (person, message) => show(dialogWith(person).shown, message)',
        'heard: (person, message) => { show(dialogWith(person).shown, message); dialogWith(person).link = { after: message.id } as never }',
      ),
    ],
  },
  { name: 'no-w', seeds: [135, 135], changes: [floor('sinceMs - LISTED_AGAIN_MS - GRACE_MS', 'sinceMs')] },
  { name: 'no-time-for-a-reply', seeds: [135, 135], changes: [floor('= 10_000', '= 0')] },
  {
    name: 'by-a-clock-that-was-set',
    seeds: [1052, 1052],
    changes: [pinging('await cautiousTime(ctx)', 'ctx.now()')],
  },
  {
    // A person's place depends on an id there.
    name: 'pages-of-the-inbox',
    seeds: [1, 3],
    changes: [
      changing('import { floorOf }', "import { listDialogs } from './list.ts'\nimport { floorOf }"),
      changing(
        '  const inbox = inboxIdOf(caller)\n',
        `  if (limit > 0) {
    const page = await listDialogs({ caller, limit, ...(cursor && { cursor: cursor as never }) }, ctx)
    return { people: page.dialogs.map((one) => one.with), next: page.next as never }
  }
  const inbox = inboxIdOf(caller)
`,
      ),
    ],
  },
  {
    name: 'changed-from-the-newest-down',
    seeds: [73, 73],
    changes: [
      changing(
        'const people: UserId[] = []',
        'const all: Lane[] = []; for await (const lane of lanes) all.unshift(lane); const people: UserId[] = []',
      ),
      changing('of lanes) {\n    if', 'of all) {\n    if'),
      changing('bucket < cursor.bucket', 'bucket > cursor.bucket'),
    ],
  },
  ...WITHDRAWAL_MUTANTS,
]
