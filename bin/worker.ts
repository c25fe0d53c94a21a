/** One process of `npm run serve`. */
import { readServerConfig } from '../lib/config/server.ts'
import { openApp } from '../lib/context.ts'
import { httpServer } from '../lib/http/server.ts'
import { openLog, toStandardOutput, writtenPerTick } from '../lib/log.ts'
import { fail } from './fail.ts'
import { OPERATIONS } from './operations.ts'
import { onStop } from './signals.ts'

const app = openApp(process.env, openLog(writtenPerTick(toStandardOutput())))
const { host, port, ...settings } = readServerConfig(process.env)
// A cluster that does not answer may answer soon; one without such a data centre will not have it.
const failure = await app.warmUp()
if (failure?.kind === 'misconfigured') fail(failure)

const handlers = OPERATIONS.map((on) => on(app))
const server = httpServer(handlers, settings, app)

// The database's connections end with the process: to wait for one that is being made could take longer than we have.
onStop(server.stop)
const chosen = await server.listen(port, host).catch(fail)
app.log.info({ url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}` }, 'listening')
