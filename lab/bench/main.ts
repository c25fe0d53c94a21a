/** `npm run lab -- bench`: the speed of the service, compared with something else that is measured in the same run. */
import { parseArgs } from 'node:util'
import type { Say } from '../../dev/progress.ts'
import { openWorld, UNLIMITED } from '../kit/world.ts'
import { besideCommit, besideDriver, profile } from './beside.ts'
import { client } from './client.ts'
import { commitlog } from './commitlog.ts'
import { cost } from './cost.ts'
import { A_LONG_DIALOG, history } from './history/main.ts'
import { openSetting } from './setting.ts'
import { torrent } from './torrent/main.ts'
import { workers } from './workers.ts'

const USAGE =
  'usage: npm run lab -- bench [--against <git ref> | --profile | cost [--server <url>=<pid>] | workers | torrent | client | commitlog | history [messages]]'
const KINDS = [undefined, 'cost', 'workers', 'torrent', 'client', 'commitlog', 'history']
/** Enough to change lanes; no more than fits into memory, where each id is kept. */
const [FEWEST_MESSAGES, MOST_MESSAGES] = [10_000, 5_000_000]

export const bench = async (args: string[], say: Say): Promise<void> => {
  const { against, profile: wanted, what, messages, server } = read(args)
  const world = () => openWorld({ name: 'bench', rules: UNLIMITED }, say)
  if (what === 'torrent') return torrent((await world()).variables, say)
  if (what === 'client') return client(say)
  if (what === 'workers') return workers(say)
  if (what === 'commitlog') return commitlog(say)
  if (what === 'history') return history((await world()).variables, messages, say)
  const setting = await openSetting(say)
  if (what === 'cost') return cost(server, setting, say)
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
    const [what, count, ...more] = positionals
    if (!KINDS.includes(what) || more.length > 0 || (count !== undefined && what !== 'history'))
      throw new Error(`no benchmark ${positionals.join(' ')}`)
    const messages = Number(count ?? A_LONG_DIALOG)
    if (!(Number.isInteger(messages) && messages >= FEWEST_MESSAGES && messages <= MOST_MESSAGES))
      throw new Error(`a dialog of ${FEWEST_MESSAGES} to ${MOST_MESSAGES} messages, not of ${count}`)
    if (values.against === '' || [values.against, values.profile, what].filter(Boolean).length > 1)
      throw new Error('one of them at a time')
    return { ...values, what, messages }
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`)
  }
}
