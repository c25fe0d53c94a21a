/** One process of `npm run serve`. */
import cluster from 'node:cluster'
import { readPeerConfig } from '../lib/config/peers.ts'
import { readServerConfig } from '../lib/config/server.ts'
import { openApp } from '../lib/context.ts'
import { httpServer } from '../lib/http/server.ts'
import { openLog, toStandardOutput, writtenPerTick } from '../lib/log.ts'
import { metricsOfProcess, openAdminPort, scrapeOfProcess } from './admin.ts'
import { fail } from './fail.ts'
import { operationsWith } from './operations.ts'
import { startPeering } from './peering.ts'
import { LISTENING, SPREADS_CONNECTIONS } from './sharing.ts'
import { onStop } from './signals.ts'
import { tellWhenAsked } from './telling.ts'
import { urlOf } from './url.ts'

const { host, port, admin, ...settings } = readServerConfig(process.env)
const measured = admin && metricsOfProcess()
const app = openApp(process.env, openLog(writtenPerTick(toStandardOutput())), {
  push: () => peering?.push,
  metrics: measured?.metrics,
})
// A cluster that does not answer may do so soon; a data centre that it does not have stays missing.
const failure = await app.warmUp()
if (failure?.kind === 'misconfigured') fail(failure)

const isOneOfSeveral = cluster.isWorker
const handlers = operationsWith(app.config()).map((on) => on(app))
const peering = app.config().push && (await startPeering(app, readPeerConfig(process.env)).catch(fail))
const server = httpServer(handlers, settings, app, peering?.accept)

// Database connections end with the process: waiting for one that is still opening could take longer than we have.
onStop(async () => void (await Promise.all([server.stop(), peering?.stop()])))
const chosen = await server.listen(port, host, isOneOfSeveral && SPREADS_CONNECTIONS).catch(fail)
if (measured && isOneOfSeveral) tellWhenAsked(() => measured.registry.getMetricsAsJSON())
else if (measured) await openAdminPort(admin, scrapeOfProcess(measured), app.log).catch(fail)
// node:cluster itself says so only of a socket that its primary holds.
if (isOneOfSeveral) process.send?.(LISTENING)
app.log.info({ url: urlOf(host, chosen) }, 'listening')
