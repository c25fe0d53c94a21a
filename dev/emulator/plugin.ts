/**
 * Plugin of the Serverless Framework, for `serverless offline` alone: functions run in threads of ours. serverless-offline
 * by itself starts a thread, with a database client, for each request that comes while others are under way; in its own
 * process, it never heeds a change of the code; and either way it answers 200 for a function that failed.
 */
import { join } from 'node:path'
import { type Log, openLog } from '../../lib/log.ts'
import { prepare, refusal, replaceAll } from './functions.ts'
import type { Size } from './threads.ts'
import { type Hapi, tellTheTruth } from './truth.ts'
import { wholeFiles } from './whole-files.ts'

type Definition = { handler: string; esbuildEntrypoint?: string; timeout?: number; environment?: Environment }
type Environment = Record<string, string>
type Serverless = {
  processedInput: { commands: string[] }
  serviceDir: string
  service: {
    functions: Record<string, Definition>
    provider: { timeout: number; environment: Environment }
    custom: { 'serverless-offline': { location: string }; esbuild: object }
  }
  pluginManager: { getPlugins: () => Partial<Offline>[] }
}
type Offline = { internals: () => { getApiGatewayServer: () => Hapi } }

const MODES: Record<string, Size> = {
  /** One thread for all requests of a function at once, however many: it is the functions that refuse. */
  shared: { threads: 1, atOnce: Number.POSITIVE_INFINITY },
  /** As on Lambda, no two requests at once share anything; with room for few. */
  isolated: { threads: 8, atOnce: 1 },
}

/** The embedded store is in; lines that a person can read instead of source maps, which take a second to make. */
const FOR_DEVELOPMENT = {
  exclude: [],
  minifyWhitespace: false,
  minifySyntax: false,
  sourcemap: false,
  write: false,
  plugins: [wholeFiles],
}

export default class Emulator {
  private readonly serverless: Serverless
  private readonly log: Log = openLog()

  readonly hooks = {
    'before:offline:start:init': () => this.takeOver(),
    'after:offline:start:init': () => this.front(),
    'offline:functionsUpdated:cleanup': replaceAll,
  }

  constructor(serverless: Serverless) {
    this.serverless = serverless
    if (serverless.processedInput.commands[0] === 'offline')
      Object.assign(serverless.service.custom.esbuild, FOR_DEVELOPMENT)
  }

  /** Each handler becomes one of handlers.mjs; what is bundled stays what it was. */
  private takeOver() {
    const { serviceDir, service } = this.serverless
    const offline = service.custom['serverless-offline']
    const bundles = join(serviceDir, offline.location)
    offline.location = join('dev', 'emulator')
    // As serverless-offline has it: of our own environment what is AWS's. And what no function is deployed with.
    const own = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => /^(AWS_|EMBEDDED_STORE$)/.test(name)),
    )
    const mode = process.env['EMULATOR'] ?? 'shared'
    const size = MODES[mode]
    if (!size) throw new Error(`EMULATOR=${mode}: it can be ${Object.keys(MODES).join(' or ')}`)
    for (const [name, definition] of Object.entries(service.functions)) {
      const { handler, timeout, environment } = definition
      const settings = {
        name,
        bundle: join(bundles, `${handler.slice(0, handler.lastIndexOf('.'))}.mjs`),
        env: { ...own, ...service.provider.environment, ...environment },
        timeoutMs: (timeout ?? service.provider.timeout) * 1000,
        size,
      }
      prepare(settings, this.log)
      definition.esbuildEntrypoint = handler
      definition.handler = `handlers.handlers.${name}`
    }
  }

  private front() {
    const offline = this.serverless.pluginManager.getPlugins().find((plugin) => plugin.internals)
    const server = offline?.internals?.().getApiGatewayServer()
    if (!server) throw new Error('serverless-offline has changed: it does not show its server any more')
    tellTheTruth(server, (event, fault) => refusal(event, 'none', fault, this.log))
  }
}
