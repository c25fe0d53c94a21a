/** One process of `npm run serve`. */
import { handler as checkHealth } from '../functions/check-health.ts'
import { handler as checkReady } from '../functions/check-ready.ts'
import { handler as listMessages } from '../functions/list-messages.ts'
import { handler as sendMessage } from '../functions/send-message.ts'
import { handler as showDocument } from '../functions/show-document.ts'
import { readServerConfig } from '../lib/config/server.ts'
import { app } from '../lib/context.ts'
import { httpServer } from '../lib/http/server.ts'
import { fail } from './fail.ts'
import { onStop } from './signals.ts'

const { host, port, ...settings } = readServerConfig(process.env)
// A cluster that does not answer may answer soon; one without such a data centre will not have it.
const flaw = await app.warmUp()
if (flaw?.kind === 'misconfigured') fail(flaw)

const handlers = [sendMessage, listMessages, checkHealth, checkReady, showDocument]
const server = httpServer(handlers, settings, app)

// The database's connections end with the process: to wait for one that is being made could take longer than we have.
onStop(server.stop)
const chosen = await server.listen(port, host).catch(fail)
app.log.info({ url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}` }, 'listening')
