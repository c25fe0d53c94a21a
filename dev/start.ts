/** `npm start`: a database, its tables, and the functions behind the emulator or `serve`; Ctrl-C stops all of it. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fail } from '../bin/fail.ts'
import { migrateTo } from '../bin/migrate.ts'
import { readConfig } from '../lib/config/config.ts'
import { readServerConfig } from '../lib/config/server.ts'
import { localDirectory } from './cache.ts'
import { freePort } from './database/cassandra/ports.ts'
import { embeddedDatabase, findDatabase } from './database/database.ts'
import { startEmulator } from './emulator.ts'
import { runToTheEnd } from './ending.ts'
import { localAccountsVariables, TOKEN_LIFETIME } from './keys.ts'
import { progress } from './progress.ts'
import { startServing } from './serving.ts'
import { lockDirectory } from './start-lock.ts'

const LOCAL = localDirectory(process.env)
/** What the developer has decided about callers, instead of accounts here. */
const OWN_AUTH = ['AUTH_MODE', 'ACCOUNTS'].filter((name) => process.env[name])
const HTTP_PORT = 3000
/** Where Prometheus looks by convention: of OpenTelemetry's exporter for it. */
const ADMIN_PORT = 9464
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

/** What to type next, where accounts are ours. */
const tour = ({ url, socket, metrics }: { url: string; socket: string; metrics?: string }) => `
Ready in ${(performance.now() / 1000).toFixed(1)} s: ${url}
${
  process.env['PUSH'] === 'off'
    ? ''
    : `What is new is told over WebSockets: ${socket}
`
}${OWN_AUTH.length > 0 ? `Callers are authenticated by your ${OWN_AUTH.join(' and ')}.` : commands(url)}

${
  isServe
    ? `Metrics, for Prometheus: ${metrics}
The log is in ${SERVE_LOG}. `
    : ''
}Ctrl-C stops everything. The data is kept.
`

const DIRECTORY = process.env['LOCAL_DIRECTORY'] ? `LOCAL_DIRECTORY='${LOCAL}' ` : ''

const commands = (url: string) => `In another terminal: sign up, sign in, write to Bob, list the dialog.

URL=${url}
JSON='Content-Type: application/json'
ID=$(curl -sSf $URL/user/register -H "$JSON" -d '{"first_name":"Alice","password":"correct horse battery"}' | cut -d '"' -f 4)
TOKEN=$(curl -sSf $URL/login -H "$JSON" -d '{"id":"'$ID'","password":"correct horse battery"}' | cut -d '"' -f 4)
curl -sw '\\n' $URL/dialog/bob/send -H "Authorization: Bearer $TOKEN" -H "$JSON" -d '{"text":"Hello, Bob!"}'
curl -sw '\\n' $URL/dialog/bob/list -H "Authorization: Bearer $TOKEN"

To skip signing up, get a token (good for ${TOKEN_LIFETIME}) in this folder, then run the last two commands:
TOKEN=$(${DIRECTORY}npm run -s token -- alice)`

const startFunctions = async (variables: Record<string, string>) => {
  const pushing = { PUSH: process.env['PUSH'] || 'on', ...variables }
  if (!isServe) return startEmulator(pushing, HTTP_PORT, say, isolated ? 'isolated' : 'shared')
  const { host = '127.0.0.1', port = 0 } = readServerConfig(process.env).admin ?? {}
  const adminPort = port || (await freePort(host, ADMIN_PORT))
  const telling = { ADMIN_HOST: host, ADMIN_PORT: String(adminPort) }
  const serving = await startServing({ ...pushing, ...telling }, HTTP_PORT, SERVE_LOG)
  const socket = `${serving.url.replace('http', 'ws')}/socket`
  return { ...serving, socket, metrics: `http://${host}:${adminPort}/metrics` }
}

const openDatabase = async () =>
  (embedded ? undefined : await findDatabase(process.env, join(LOCAL, 'database'), say)) ??
  embeddedDatabase(LOCAL, say)

const start = async () => {
  const publishUrl = await lockDirectory(LOCAL)
  const auth = OWN_AUTH.length > 0 ? {} : await localAccountsVariables(LOCAL)
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
  say(tour(functions))
  throw new Error(await Promise.race([database.ended, functions.ended]))
}

await runToTheEnd(start, 0, say)
