/** `npm run revoke -- <user>`: withdraws every token of a person up to now, in the database that CQL_* names. */
import { withdrawAll } from '../lib/accounts/mark.ts'
import { startCall } from '../lib/call.ts'
import { readDatabaseConfig } from '../lib/config/database.ts'
import { isUserId } from '../lib/model/ids.ts'
import { storeOn } from '../lib/store/open.ts'
import { connect } from '../lib/store/scylla/connect.ts'
import { MAX_CLOCK_SKEW_MS } from '../lib/timeline/rules.ts'
import { fail } from './fail.ts'

const USAGE = 'usage: npm run revoke -- <user>'
const CALL_MS = 10_000

/** @throws Error for a person: it is safe to run it again */
export const revokeAll = async (args: string[], env: NodeJS.ProcessEnv, say: (line: string) => void) => {
  const [user = '', ...others] = args
  if (!isUserId(user) || others.length > 0) throw new Error(USAGE)
  const config = readDatabaseConfig(env)
  const database = await connect(config, config.keyspace)
  try {
    const store = storeOn(database.within(startCall(CALL_MS)))
    // Not by the clock of this machine, of which nobody knows whether it is right.
    const atMs = await withdrawAll(user, await store.databaseTime(), { store })
    // No frame is pushed to their connections any more; who holds them closes them with their next ping.
    await store.removeConnections(user, [], (await store.databaseTime()) + MAX_CLOCK_SKEW_MS)
    const until = new Date(atMs).toISOString()
    say(`Tokens of ${user} that were issued until ${until} are refused within six seconds, and no session`)
    say('that began before is refreshed: by every instance that runs with WITHDRAWAL=on or ACCOUNTS=on.')
  } finally {
    await database.close()
  }
}

if (import.meta.main) await revokeAll(process.argv.slice(2), process.env, console.log).catch(fail)
