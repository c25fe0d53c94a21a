/** `npm start`: a database, its tables, and the functions behind the emulator or `serve`; Ctrl-C stops all of it. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fail } from '../bin/fail.ts'
import { migrateTo } from '../bin/migrate.ts'
import { readConfig } from '../lib/config/config.ts'
import { readServerConfig } from '../lib/config/server.ts'
import { localDirectory } from './cache.ts'
import { findDatabase } from './database/database.ts'
import { embeddedDatabase } from './database/embedded.ts'
import { startEmulator } from './emulator.ts'
import { runToTheEnd } from './ending.ts'
import { localAuthVariables, TOKEN_LIFETIME } from './keys.ts'
import { holdFolder } from './one-start.ts'
import { progress } from './progress.ts'
import { startServing } from './serving.ts'

const LOCAL = localDirectory(process.env)
const OWN_AUTH_MODE = process.env['AUTH_MODE']
const HTTP_PORT = 3000
const SERVE_LOG = join(LOCAL, 'serve.log')
const USAGE = `usage: npm start [-- [emulator|serve] [--embedded] [--isolated]]
  serve       the functions behind a server of their own, without the emulator
  --embedded  messages in one file, without a database: for a look around
  --isolated  of the emulator: no two requests at once in one function's memory, as on Lambda`
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

/** What to type next; the token command only where our own key decides. */
const tour = (url: string) => `
Ready in ${(performance.now() / 1000).toFixed(1)} s: ${url}
${OWN_AUTH_MODE ? `Callers are checked by your AUTH_MODE=${OWN_AUTH_MODE}.` : commands(url)}

${isServe ? `The log is in ${SERVE_LOG}. ` : ''}Ctrl-C stops everything. The messages stay.
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
  const isHeldAt = await holdFolder(LOCAL)
  const auth = OWN_AUTH_MODE ? {} : await localAuthVariables(LOCAL)
  // Before a database is started for nothing.
  readConfig({ CQL_CONTACT_POINTS: 'to be decided', ...process.env, ...auth })
  readServerConfig(process.env)
  const database = await openDatabase()
  const variables = { ...auth, ...database.variables }
  const { database: config } = readConfig({ ...process.env, ...variables })
  if (!('file' in config)) await migrateTo({ ...process.env, ...variables }, say)
  const front = isServe ? 'serve' : 'emulator'
  const functions = await progress(say, `starting the functions (${front})`, startFunctions(variables))
  isHeldAt(functions.url)
  say(tour(functions.url))
  throw new Error(await Promise.race([database.ended, functions.ended]))
}

await runToTheEnd(start, 0, say)
