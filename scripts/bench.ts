/** `npm run bench`: how fast the service is, beside something else that is measured in the same run. */
import { parseArgs } from 'node:util'
import { besideCommit } from './bench/beside-commit.ts'
import { besideDriver } from './bench/beside-driver.ts'
import { profile } from './bench/profile.ts'
import { openGround, openSetting } from './bench/setting.ts'
import { torrent } from './bench/torrent.ts'
import { runToTheEnd } from './ending.ts'
import { fail } from './fail.ts'

const USAGE = 'usage: npm run bench [-- --against <git ref> | -- --profile | -- torrent]'
const INTERRUPTED = 130
const say = (line: string) => console.log(line)

const asked = () => {
  try {
    const options = { against: { type: 'string' }, profile: { type: 'boolean' } } as const
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    const [what, ...more] = positionals
    if ((what !== undefined && what !== 'torrent') || more.length > 0)
      throw new Error(`no benchmark ${positionals.join(' ')}`)
    if (values.against === '' || [values.against, values.profile, what].filter(Boolean).length > 1)
      throw new Error('one of them at a time')
    return { ...values, what }
  } catch (error) {
    return fail(new Error(`${(error as Error).message}\n${USAGE}`))
  }
}

const bench = async ({ against, profile: wanted, what }: ReturnType<typeof asked>) => {
  if (what === 'torrent') return torrent(await openGround(say), say)
  const setting = await openSetting(say)
  if (against) return besideCommit(against, setting, say)
  return wanted ? profile(setting, say) : besideDriver(setting, say)
}

const request = asked()
await runToTheEnd(() => bench(request), INTERRUPTED, say)
