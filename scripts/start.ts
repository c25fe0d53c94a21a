/** `npm start`: a database, its tables, and the functions behind the emulator; Ctrl-C stops all of it. */
import { join } from 'node:path'
import { readConfig } from '../lib/config.ts'
import { localDirectory } from './cache.ts'
import { openDatabase } from './database.ts'
import { startEmulator } from './emulator.ts'
import { runToTheEnd } from './ending.ts'
import { localAuthVariables } from './keys.ts'
import { migrateTo } from './migrate.ts'
import { progress } from './progress.ts'

const LOCAL = localDirectory(process.env)
const OWN_AUTH_MODE = process.env['AUTH_MODE']
const HTTP_PORT = 3000
const say = (line: string) => console.log(line)

/** What to type next; the token command only where our own key decides. */
const tour = (url: string) => `
Ready: ${url}
${OWN_AUTH_MODE ? `Callers are checked by your AUTH_MODE=${OWN_AUTH_MODE}.` : commands(url)}

Ctrl-C stops everything. The messages stay.
`

const commands = (url: string) => `In another terminal, from this folder:

TOKEN=$(${process.env['LOCAL_DIRECTORY'] ? `LOCAL_DIRECTORY='${LOCAL}' ` : ''}npm run -s token -- alice)
curl -s -X POST ${url}/dialog/bob/send -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"text":"Hello, Bob!"}'
curl -s ${url}/dialog/bob/list -H "Authorization: Bearer $TOKEN"`

const start = async () => {
  const auth = OWN_AUTH_MODE ? {} : await localAuthVariables(LOCAL)
  readConfig({ CQL_CONTACT_POINTS: 'to be decided', ...process.env, ...auth })
  const database = await openDatabase(process.env, join(LOCAL, 'database'), say)
  const variables = { ...auth, ...database.variables }
  await migrateTo({ ...process.env, ...variables }, say)
  const emulator = await progress(say, 'starting the functions', startEmulator(variables, HTTP_PORT, say))
  say(tour(emulator.url))
  throw new Error(await Promise.race([database.ended, emulator.ended]))
}

await runToTheEnd(start, 0, say)
