/**
 * Plugin of the Serverless Framework, for `serverless offline` alone: functions run in threads of ours. serverless-offline
 * by itself starts a thread, with a database client, for each request that arrives while others are in flight; if it runs
 * functions in its own process, it ignores changes of the code; and either way it answers 200 for a function that failed.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'
import { type Log, openLog } from '../../lib/log.ts'
import { prepare, refusal, replaceAll } from './functions.ts'
import { type Hapi, passUnchanged } from './requests.ts'
import { letFunctionsAnswerHandshakes } from './sockets.ts'
import type { Size } from './threads.ts'

type Definition = { handler: string; esbuildEntrypoint?: string; timeout?: number; environment?: Environment }
type Environment = Record<string, string>
type Options = { host?: string; httpPort?: string; websocketPort?: string }
type Serverless = {
  processedInput: { commands: string[] }
  serviceDir: string
  service: {
    functions: Record<string, Definition>
    provider: {
      timeout: number
      region: string
      environment: Environment
      websocketsApiRouteSelectionExpression?: string
    }
    custom: { 'serverless-offline': { location: string }; esbuild: object }
  }
  pluginManager: { getPlugins: () => Partial<Offline>[] }
}
type Offline = { internals: () => { getApiGatewayServer: () => Hapi } }

const MODES: Record<string, Size> = {
  /** One thread for all concurrent requests of a function, without a limit: the functions have their own. */
  shared: { threads: 1, atOnce: Number.POSITIVE_INFINITY },
  /** As on Lambda, concurrent requests share nothing; only a few are possible. */
  isolated: { threads: 8, atOnce: 1 },
}

/** Plugin of esbuild, which must not write itself: a bundle is replaced atomically, since a thread may be reading it. */
const atomicWrites: Plugin = {
  name: 'atomic-writes',
  setup: (build) =>
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const { path, contents } of outputFiles) {
        await mkdir(dirname(path), { recursive: true })
        await writeFile(`${path}.new`, contents)
        await rename(`${path}.new`, path)
      }
    }),
}

/** With the embedded store; with readable code instead of source maps, which take a second to generate. */
const FOR_DEVELOPMENT = {
  exclude: [],
  minifyWhitespace: false,
  minifySyntax: false,
  sourcemap: false,
  write: false,
  plugins: [atomicWrites],
}

/** What calls to connections are signed with: nobody checks it here. */
const UNVERIFIED = { AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' }

/** What is loaded before the emulator, such as an SDK for traces, is loaded before each function, as by a layer of AWS's. */
const preloading = ({ NODE_OPTIONS = '', ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const asked = process.env['NODE_OPTIONS']?.split(' ') ?? []
  const preloads = asked.filter((option) => option.startsWith('--import='))
  return { ...env, NODE_OPTIONS: [NODE_OPTIONS, ...preloads].join(' ') }
}

export default class Emulator {
  private readonly serverless: Serverless
  private readonly options: Options
  private readonly log: Log = openLog()

  readonly hooks = {
    'before:offline:start:init': () => this.takeOver(),
    'after:offline:start:init': () => this.prepareServer(),
    'offline:functionsUpdated:cleanup': replaceAll,
  }

  constructor(serverless: Serverless, options: Options) {
    this.serverless = serverless
    this.options = options
    if (serverless.processedInput.commands[0] === 'offline')
      Object.assign(serverless.service.custom.esbuild, FOR_DEVELOPMENT)
  }

  /** Replaces each handler by one of handlers.mjs; the same files are bundled as before. */
  private takeOver() {
    const { serviceDir, service } = this.serverless
    const offline = service.custom['serverless-offline']
    const bundles = join(serviceDir, offline.location)
    offline.location = join('dev', 'emulator')
    // Of our own environment, functions get what serverless-offline passes on, what a layer of AWS's would be told, and the
    // one variable that is never deployed.
    const own = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => /^(AWS_|OTEL_|EMBEDDED_STORE$)/.test(name)),
    )
    const mode = process.env['EMULATOR'] ?? 'shared'
    const size = MODES[mode]
    if (!size) throw new Error(`EMULATOR=${mode}: must be ${Object.keys(MODES).join(' or ')}`)
    const connections = this.takeOverConnections()
    for (const [name, definition] of Object.entries(service.functions)) {
      const { handler, timeout, environment } = definition
      const settings = {
        name,
        bundle: join(bundles, `${handler.slice(0, handler.lastIndexOf('.'))}.mjs`),
        env: preloading({ ...own, ...service.provider.environment, ...environment, ...connections }),
        timeoutMs: (timeout ?? service.provider.timeout) * 1000,
        size,
      }
      prepare(settings, this.log)
      definition.esbuildEntrypoint = handler
      definition.handler = `handlers.handlers.${name}`
    }
  }

  /** @returns what functions are told of the WebSocket API, which on AWS are references of the template */
  private takeOverConnections(): Environment {
    const { provider } = this.serverless.service
    const { PUSH, CORS_ORIGINS, SOCKET_URL } = provider.environment
    if (PUSH !== 'on') return {}
    letFunctionsAnswerHandshakes()
    // No word of a frame chooses its route: this matches nothing in it.
    provider.websocketsApiRouteSelectionExpression = '$request.body[?(false)]'
    const { host = 'localhost', httpPort = '3000', websocketPort = '3001' } = this.options
    const pages = [...new Set([host, 'localhost'])].map((name) => `http://${name}:${httpPort}`)
    return {
      PUSH_ENDPOINT: `http://${host}:${websocketPort}`,
      SOCKET_URL: typeof SOCKET_URL === 'string' && SOCKET_URL ? SOCKET_URL : `ws://${host}:${websocketPort}`,
      CORS_ORIGINS: typeof CORS_ORIGINS === 'string' && CORS_ORIGINS ? CORS_ORIGINS : pages.join(),
      ...UNVERIFIED,
      AWS_REGION: provider.region,
    }
  }

  private prepareServer() {
    const offline = this.serverless.pluginManager.getPlugins().find((plugin) => plugin.internals)
    const server = offline?.internals?.().getApiGatewayServer()
    if (!server) throw new Error('serverless-offline has changed: it no longer exposes its server')
    passUnchanged(server, (event, fault) => refusal(event, 'none', fault, this.log))
  }
}
