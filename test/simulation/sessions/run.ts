/** One run: a session refreshed by tabs of one client, and perhaps by a thief, until nobody can, or the run is over. */
import type { UserId } from '../../../lib/model/ids.ts'
import { SESSION_MS } from '../../../lib/model/session.ts'
import type { Product } from '../product.ts'
import { seededRandom } from '../random.ts'
import { startTime } from '../time.ts'
import { check } from './check.ts'
import { drawFaults, NO_FAULTS } from './faults.ts'
import { startInstance } from './instance.ts'
import { newestOf, present, refreshOnce, signOut, steal, useTab } from './people.ts'
import { openTable } from './table.ts'
import type { World } from './world.ts'

export type Surroundings = { isConditional: boolean }

export type SessionResult = {
  violations: string[]
  trace: string[]
  /** Refreshes that were answered with a token, or that the old one remains good. */
  refreshed: number
  /** Whether a thief used what it had, and so the session ended. */
  caught: boolean
}

const BEGIN_MS = 1_800_000_000_000
const USER = '0198c5a4-7d1e-4b7a-9c55-0d9c6a5d4e3f' as UserId
/** After this time without a change of the session, a presented token changes it, or ends it. */
const REST_MS = 61_000

export const runSession = async (
  seed: number,
  product: Product,
  { isConditional }: Surroundings = { isConditional: true },
): Promise<SessionResult> => {
  const { world, trace } = beginRun(seed, product, isConditional)
  const { time, random, complaints } = world
  const loot: string[] = []
  const last = Promise.all([
    ...Array.from({ length: random.between(1, 3) }, () => useTab(world)),
    random.chance(0.5) ? steal(world, loot) : undefined,
    random.chance(0.1) ? signOut(world) : undefined,
  ]).then(() => end(world, loot))
  await time.run()
  await last
  const { answers, table, signedOutMs } = world
  return {
    violations: [...complaints, ...check(world)],
    trace,
    refreshed: answers.filter(({ outcome }) => typeof outcome === 'number' || outcome === 'kept').length,
    caught: answers.some(({ by }) => by === 'thief') && !table.state.row && signedOutMs === undefined,
  }
}

const beginRun = (seed: number, product: Product, isConditional: boolean) => {
  const random = seededRandom(seed)
  const time = startTime(BEGIN_MS + random.between(0, 999))
  const endMs = time.now() + random.pick([120_000, 600_000, 2_400_000])
  // Some sessions come to their end meanwhile.
  const ageMs = random.chance(0.1) ? SESSION_MS - random.between(0, endMs - time.now()) : 0
  const session = product.sessionIdAt(time.now() - ageMs, random.bytes(10))
  const key = Buffer.from(random.bytes(32))
  const keys = { current: { kid: 'k1', key }, all: new Map([['k1', key]]) }
  const trace: string[] = []
  const world: World = {
    ...{ time, random, product, isConditional, keys, user: USER, session, endMs },
    faults: drawFaults(random),
    table: openTable(time, random, () => world.faults, { generation: 0, rotatedAtMs: time.now() - ageMs }),
    sessionEndsMs: time.now() - ageMs + SESSION_MS,
    instances: [],
    stored: product.writeRefreshToken({ user: USER, session, generation: 0 }, keys),
    ...{ overheard: [], answers: [], complaints: [] },
    trace: (line) => void trace.push(`${time.now() - BEGIN_MS} ${line}`),
  }
  world.instances.push(
    ...Array.from({ length: random.between(1, 3) }, (_, index) => startInstance(world, `i${index}`)),
  )
  return { world, trace }
}

/**
 * In calm, when everything that was under way is over. A client alone is not held up. Of two parties, each of whom
 * presents the newest token that it has got, and not during a rest, none comes to a second turn.
 */
const end = async (world: World, loot: string[]) => {
  const { time, random, table, complaints, trace } = world
  await time.sleep(30_000)
  world.faults = NO_FAULTS
  trace('calm')
  const isOver = () => time.now() + REST_MS * 5 > world.sessionEndsMs || world.signedOutMs !== undefined
  if (isOver()) return
  const isStolen = world.answers.some(({ by }) => by === 'thief')
  if (!isStolen) {
    for (let turn = 0; turn < 3; turn += 1) {
      if (!(await refreshOnce(world))) complaints.push('the honest client cannot refresh in calm')
      await time.sleep(random.pick([1, 29_000, 31_000, REST_MS]))
    }
    return
  }
  const turns = [() => refreshOnce(world), () => present(world, loot, newestOf(loot))]
  if (random.chance(0.5)) turns.reverse()
  for (const take of [...turns, ...turns.slice(0, 1)]) {
    await time.sleep(REST_MS)
    await take()
  }
  if (table.state.row) complaints.push('a thief and the honest client both go on')
}
