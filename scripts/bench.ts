/** `npm run bench`: how fast the service is, beside something else that is measured in the same run. */
import { parseArgs } from 'node:util'
import { besideCommit } from './bench/beside-commit.ts'
import { besideDriver } from './bench/beside-driver.ts'
import { profile } from './bench/profile.ts'
import { openSetting } from './bench/setting.ts'
import { runToTheEnd } from './ending.ts'
import { fail } from './fail.ts'

const USAGE = 'usage: npm run bench [-- --against <git ref> | -- --profile]'
const INTERRUPTED = 130
const say = (line: string) => console.log(line)

const asked = () => {
  try {
    const options = { against: { type: 'string' }, profile: { type: 'boolean' } } as const
    const { values } = parseArgs({ options })
    if (values.against === '' || (values.against && values.profile))
      throw new Error('one of the two at a time')
    return values
  } catch (error) {
    return fail(new Error(`${(error as Error).message}\n${USAGE}`))
  }
}

const bench = async ({ against, profile: wanted }: ReturnType<typeof asked>) => {
  const setting = await openSetting(say)
  if (against) return besideCommit(against, setting, say)
  return wanted ? profile(setting, say) : besideDriver(setting, say)
}

const request = asked()
await runToTheEnd(() => bench(request), INTERRUPTED, say)
