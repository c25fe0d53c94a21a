/** `npm start`: a database, its tables, and the functions behind the emulator or `serve`; Ctrl-C stops all of it. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fail } from '../bin/fail.ts'
import { migrateTo } from '../bin/migrate.ts'
import { readConfig } from '../lib/config/config.ts'
import { readServerConfig } from '../lib/config/server.ts'
import { localDirectory } from './cache.ts'
import { embeddedDatabase, findDatabase } from './database/database.ts'
import { startEmulator } from './emulator.ts'
import { runToTheEnd } from './ending.ts'
import { localAuthVariables, TOKEN_LIFETIME } from './keys.ts'
import { progress } from './progress.ts'
import { startServing } from './serving.ts'
import { lockDirectory } from './start-lock.ts'

const LOCAL = localDirectory(process.env)
const OWN_AUTH_MODE = process.env['AUTH_MODE']
const HTTP_PORT = 3000
const SERVE_LOG = join(LOCAL, 'serve.log')
const USAGE = `usage: npm start [-- [emulator|serve] [--embedded] [--isolated]]
  serve       runs the functions behind the production server instead of the emulator
  --embedded  stores messages in one file instead of a database, to try the service out
  --isolated  emulator only: concurrent requests do not share a function's memory, as on Lambda`
const say = (line: string) => console.log(line)

const asked = () => {
  try {
    const flag = { type: 'boolean' } as const
    const options = { embedded: flag, isolated: flag }
    const { positionals, values } = parseArgs({ options, allowPositionals: true })
    const [front = 'emulator', ...others] = positionals
    const isServe = front === 'serve' && !values.isolated
    if (others.length > 0 || !(isServe || front === 'emulator')) throw new Error(USAGE)
    return { isServe, ...values }
  } catch (error) {
    return fail(error instanceof Error && error.message === USAGE ? error : new Error(`${error}\n${USAGE}`))
  }
}

const { isServe, embedded = false, isolated = false } = asked()

/** What to type next; the token command only if tokens are verified with our own key. */
const tour = (url: string) => `
Ready in ${(performance.now() / 1000).toFixed(1)} s: ${url}
${OWN_AUTH_MODE ? `Callers are authenticated by your AUTH_MODE=${OWN_AUTH_MODE}.` : commands(url)}

${isServe ? `The log is in ${SERVE_LOG}. ` : ''}Ctrl-C stops everything. Messages are kept.
`

const commands = (url: string) => `In another terminal, from this folder, with a token for ${TOKEN_LIFETIME}:

TOKEN=$(${process.env['LOCAL_DIRECTORY'] ? `LOCAL_DIRECTORY='${LOCAL}' ` : ''}npm run -s token -- alice)
curl -s -X POST ${url}/dialog/bob/send -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"text":"Hello, Bob!"}'
curl -s ${url}/dialog/bob/list -H "Authorization: Bearer $TOKEN"`

const startFunctions = (variables: Record<string, string>) =>
  isServe
    ? startServing(variables, HTTP_PORT, SERVE_LOG)
    : startEmulator(variables, HTTP_PORT, say, isolated ? 'isolated' : 'shared')

const openDatabase = async () =>
  (embedded ? undefined : await findDatabase(process.env, join(LOCAL, 'database'), say)) ??
  embeddedDatabase(LOCAL, say)

const start = async () => {
  const publishUrl = await lockDirectory(LOCAL)
  const auth = OWN_AUTH_MODE ? {} : await localAuthVariables(LOCAL)
  // A wrong variable is reported before a database is started in vain.
  readConfig({ CQL_CONTACT_POINTS: 'not known yet', ...process.env, ...auth })
  readServerConfig(process.env)
  const database = await openDatabase()
  const variables = { ...auth, ...database.variables }
  const { database: config } = readConfig({ ...process.env, ...variables })
  if (!('file' in config)) await migrateTo({ ...process.env, ...variables }, say)
  const front = isServe ? 'serve' : 'emulator'
  const functions = await progress(say, `starting the functions (${front})`, startFunctions(variables))
  publishUrl(functions.url)
  say(tour(functions.url))
  throw new Error(await Promise.race([database.ended, functions.ended]))
}

await runToTheEnd(start, 0, say)
