/** `npm run -s token -- alice`: prints a bearer token for a user of the local service. */

import { fail } from '../bin/fail.ts'
import { isUserId } from '../lib/model/ids.ts'
import { localDirectory } from './cache.ts'
import { localToken } from './keys.ts'

const [user, ...others] = process.argv.slice(2)
if (!user || others.length > 0 || !isUserId(user)) {
  fail(new Error('usage: npm run -s token -- <user id> (1 to 128 characters, no control characters)'))
} else {
  console.log(await localToken(localDirectory(process.env), user))
}
