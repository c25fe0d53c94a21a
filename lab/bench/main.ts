/** `npm run lab -- bench`: the speed of the service, compared with something else that is measured in the same run. */
import { parseArgs } from 'node:util'
import type { Say } from '../../dev/progress.ts'
import { openWorld, UNLIMITED, type World } from '../kit/world.ts'
import { besideCommit, besideDriver, profile } from './beside.ts'
import { client } from './client.ts'
import { cold } from './cold.ts'
import { commitlog } from './commitlog.ts'
import { cost } from './cost.ts'
import { A_LONG_DIALOG, history } from './history/main.ts'
import { inbox, MANY_DIALOGS } from './inbox/main.ts'
import { metrics } from './metrics.ts'
import { push } from './push.ts'
import { MANY_SOCKETS, pushSockets } from './push-sockets.ts'
import { openSetting } from './setting.ts'
import { signIns } from './sign-ins.ts'
import { torrent } from './torrent/main.ts'
import { traces } from './traces.ts'
import { withdrawal } from './withdrawal.ts'
import { workers } from './workers.ts'

const USAGE =
  'usage: npm run lab -- bench [--against <git ref> | --profile | cold --against <git ref> | cost [--server <url>=<pid>] | workers | torrent | client | commitlog | history [messages] | inbox [dialogs] | sign-ins | withdrawal | metrics | push | push-sockets [sockets] | traces]'
type Count = { of: string; fewest: number; most: number; unless: number }
const COUNTS: Record<string, Count> = {
  // Enough to change lanes; no more than fits into memory, where each id is kept.
  history: { of: 'messages', fewest: 10_000, most: 5_000_000, unless: A_LONG_DIALOG },
  // Enough for a last page that is far from the head.
  inbox: { of: 'dialogs', fewest: 10_000, most: 5_000_000, unless: MANY_DIALOGS },
  // This process holds as many, each a file descriptor.
  'push-sockets': { of: 'sockets', fewest: 100, most: 18_000, unless: MANY_SOCKETS },
}

/** Those that need no setting, or another one. */
const OTHERS: Record<string, (world: () => Promise<World>, count: number, say: Say) => Promise<void>> = {
  torrent: async (world, _, say) => torrent((await world()).variables, say),
  client: (_, __, say) => client(say),
  workers: (_, __, say) => workers(say),
  traces: (_, __, say) => traces(say),
  commitlog: (_, __, say) => commitlog(say),
  history: async (world, count, say) => history((await world()).variables, count, say),
  inbox: async (world, count, say) => inbox(await world(), count, say),
  'sign-ins': async (world, _, say) => signIns(await world(), say),
  withdrawal: async (world, _, say) => withdrawal(await world(), say),
  metrics: async (world, _, say) => metrics(await world(), say),
  push: async (world, _, say) => push(await world(), say),
  'push-sockets': async (world, count, say) => pushSockets(await world(), count, say),
}

export const bench = async (args: string[], say: Say): Promise<void> => {
  const { against, profile: wanted, what, count, server } = read(args)
  const benched = OTHERS[what ?? '']
  if (benched) return benched(() => openWorld({ name: 'bench', rules: UNLIMITED }, say), count, say)
  const setting = await openSetting(say)
  if (what === 'cost') return cost(server, setting, say)
  if (what === 'cold') return cold(String(against), setting, say)
  if (against) return besideCommit(against, setting, say)
  return wanted ? profile(setting, say) : besideDriver(setting, say)
}

const read = (args: string[]) => {
  try {
    const options = {
      against: { type: 'string' },
      profile: { type: 'boolean' },
      server: { type: 'string', multiple: true, default: [] as string[] },
    } as const
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [what, asked, ...more] = positionals
    const counted = COUNTS[what ?? '']
    if (
      !(what === undefined || what in OTHERS || ['cold', 'cost'].includes(what)) ||
      more.length > 0 ||
      (asked !== undefined && !counted)
    )
      throw new Error(`no benchmark ${positionals.join(' ')}`)
    const count = counted ? readCount(asked, counted) : 0
    const kind = what === 'cold' ? undefined : what
    if (values.against === '' || [values.against, values.profile, kind].filter(Boolean).length > 1)
      throw new Error('one of them at a time')
    if (what === 'cold' && !values.against) throw new Error('cold sends are measured beside another commit')
    return { ...values, what, count }
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`)
  }
}

const readCount = (asked: string | undefined, { of, fewest, most, unless }: Count): number => {
  const count = Number(asked ?? unless)
  if (Number.isInteger(count) && count >= fewest && count <= most) return count
  throw new Error(`${fewest} to ${most} ${of}, not ${asked}`)
}
