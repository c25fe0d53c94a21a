/** `npm start`: a database, its tables, and the functions behind the emulator or `serve`; Ctrl-C stops all of it. */
import { join } from 'node:path'
import { readConfig } from '../lib/config.ts'
import { localDirectory } from './cache.ts'
import { openDatabase } from './database.ts'
import { startEmulator } from './emulator.ts'
import { runToTheEnd } from './ending.ts'
import { fail } from './fail.ts'
import { localAuthVariables } from './keys.ts'
import { migrateTo } from './migrate.ts'
import { progress } from './progress.ts'
import { startServing } from './serving.ts'

const LOCAL = localDirectory(process.env)
const OWN_AUTH_MODE = process.env['AUTH_MODE']
const HTTP_PORT = 3000
const SERVE_LOG = join(LOCAL, 'serve.log')
const say = (line: string) => console.log(line)

/** What to type next; the token command only where our own key decides. */
const tour = (url: string) => `
Ready: ${url}
${OWN_AUTH_MODE ? `Callers are checked by your AUTH_MODE=${OWN_AUTH_MODE}.` : commands(url)}

${front === 'serve' ? `The log is in ${SERVE_LOG}. ` : ''}Ctrl-C stops everything. The messages stay.
`

const commands = (url: string) => `In another terminal, from this folder:

TOKEN=$(${process.env['LOCAL_DIRECTORY'] ? `LOCAL_DIRECTORY='${LOCAL}' ` : ''}npm run -s token -- alice)
curl -s -X POST ${url}/dialog/bob/send -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"text":"Hello, Bob!"}'
curl -s ${url}/dialog/bob/list -H "Authorization: Bearer $TOKEN"`

const [front = 'emulator', ...others] = process.argv.slice(2)
if (!['emulator', 'serve'].includes(front) || others.length > 0)
  fail(new Error('usage: npm start [-- serve]'))

const startFunctions = (variables: Record<string, string>) =>
  front === 'serve' ? startServing(variables, HTTP_PORT, SERVE_LOG) : startEmulator(variables, HTTP_PORT, say)

const start = async () => {
  const auth = OWN_AUTH_MODE ? {} : await localAuthVariables(LOCAL)
  readConfig({ CQL_CONTACT_POINTS: 'to be decided', ...process.env, ...auth })
  const database = await openDatabase(process.env, join(LOCAL, 'database'), say)
  const variables = { ...auth, ...database.variables }
  await migrateTo({ ...process.env, ...variables }, say)
  const functions = await progress(say, `starting the functions (${front})`, startFunctions(variables))
  say(tour(functions.url))
  throw new Error(await Promise.race([database.ended, functions.ended]))
}

await runToTheEnd(start, 0, say)
