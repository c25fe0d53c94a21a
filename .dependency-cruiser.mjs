/** Who may import whom, held by a tool. CONTRIBUTING.md tells the rooms. */

const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { pathNot: [from, ...to] },
})
const never = (name, from, to) => ({ name, severity: 'error', from, to })
const NODE =
  '^node:|^(assert|async_hooks|buffer|crypto|dns|fs|http|https|net|os|path|perf_hooks|process|stream|timers|tls|url|util|zlib)(/|$)'
const modules = (...names) => `^node_modules/(${names.join('|')})/`

/** From what everything rests on to what nothing does: a room imports those before it. */
const ROOMS = ['lib', 'functions', 'bin', 'dev', 'lab']
const downwards = (room, index) => {
  const above = ROOMS.slice(index + 1)
  if (above.length === 0) return []
  const from = { path: `^${room}/`, pathNot: '\\.test\\.ts$' }
  return never(`downwards-${room}`, from, { path: `^(${above.join('|')})/` })
}

export default {
  forbidden: [
    never('no-cycles', {}, { circular: true }),
    never('nothing-unresolved', {}, { couldNotResolve: true }),
    never(
      'no-tests-in-the-product',
      { path: '^(bin|dev|functions|lab|lib)/', pathNot: '\\.test\\.ts$' },
      { path: '^test/|\\.test\\.ts$' },
    ),
    ...ROOMS.flatMap(downwards),
    never(
      'functions-stand-alone',
      { path: '^functions/([^/]+)' },
      { path: '^functions/', pathNot: '^functions/$1' },
    ),
    only('functions', '^functions/', [
      '^lib/(contract|dialog|inbox|accounts|push)/',
      '^lib/http/(endpoint|frame|socket)\\.ts$',
      '^lib/context\\.ts$',
      '^(openapi|page/page)\\.json$',
    ]),
    only('http', '^lib/http/', [
      '^lib/contract/(contract|connection|frames)\\.ts$',
      '^lib/(context|call|errors|lazy|log)\\.ts$',
      '^lib/(config|trace)/',
      '^lib/model/',
      modules('@middy', 'jose', 'lru-cache', 'zod'),
      NODE,
    ]),
    only('contract', '^lib/contract/', [
      '^lib/model/',
      '^lib/(errors|iso-time)\\.ts$',
      modules('zod', 'zod-openapi'),
      NODE,
    ]),
    only('model', '^lib/model/', [NODE]),
    only('dialog', '^lib/dialog/', [
      '^lib/(model|buckets|timeline)/',
      '^lib/store/store\\.ts$',
      '^lib/(context|errors)\\.ts$',
      NODE,
    ]),
    // On top of dialogs, which never know that they are listed: `Announce` is a port in buckets/.
    only('inbox', '^lib/inbox/', [
      '^lib/model/',
      '^lib/buckets/',
      '^lib/timeline/',
      '^lib/dialog/',
      '^lib/store/(store|dialogs)\\.ts$',
      '^lib/(backoff|context|errors)\\.ts$',
      modules('lru-cache'),
      NODE,
    ]),
    only('accounts', '^lib/accounts/', [
      '^lib/model/',
      '^lib/buckets/clock\\.ts$',
      '^lib/store/store\\.ts$',
      '^lib/(context|errors)\\.ts$',
      modules('jose'),
      NODE,
    ]),
    // Of inboxes, only how far down something new can be.
    only('push', '^lib/push/', [
      '^lib/model/',
      '^lib/buckets/',
      '^lib/timeline/',
      '^lib/inbox/floor\\.ts$',
      '^lib/store/store\\.ts$',
      '^lib/(context|errors|within)\\.ts$',
      modules('lru-cache'),
      NODE,
    ]),
    // How a frame gets to where its connection ends.
    only('delivery', '^lib/delivery/', [
      '^lib/contract/frames\\.ts$',
      '^lib/model/',
      '^lib/push/(devices|wire)\\.ts$',
      '^lib/(config|trace)/',
      '^lib/(errors|log|within)\\.ts$',
      '^lib/metrics/metrics\\.ts$',
      modules('aws4fetch', 'lru-cache', 'ws', '@types/ws'),
      NODE,
    ]),
    // Never a use case: a timeline has an owner, whoever that is.
    only('buckets', '^lib/buckets/', [
      '^lib/model/',
      '^lib/timeline/',
      '^lib/store/store\\.ts$',
      '^lib/(context|errors)\\.ts$',
      modules('lru-cache'),
      NODE,
    ]),
    only('timeline', '^lib/timeline/', []),
    only('trace', '^lib/trace/', [modules('@opentelemetry')]),
    only('store', '^lib/store/', [
      '^lib/(timeline|model)/',
      '^lib/(errors|call)\\.ts$',
      '^lib/metrics/metrics\\.ts$',
      '^lib/(config|trace)/',
      modules('cassandra-driver', 'lru-cache'),
      NODE,
    ]),
    only('context', '^lib/context\\.ts$', [
      '^lib/(byte-budget|call|database|errors|lazy|log|random)\\.ts$',
      '^lib/metrics/(embedded|metrics)\\.ts$',
      '^lib/config/',
      '^lib/store/',
      '^lib/timeline/(clock|rules)\\.ts$',
      '^lib/trace/span\\.ts$',
      '^lib/buckets/memory\\.ts$',
      '^lib/accounts/(accounts|password|standing)\\.ts$',
      '^lib/delivery/gateway\\.ts$',
      '^lib/push/wire\\.ts$',
      '^lib/model/token\\.ts$',
      NODE,
    ]),
    only('metrics', '^lib/metrics/', [modules('prom-client'), NODE]),
    // It runs in a browser. The rules of its catching up are those that are simulated.
    only('page', '^page/', ['^lib/push/client-rules\\.ts$', modules('preact')]),
    never(
      'the-page-is-served-as-it-was-built',
      { pathNot: '^page/|\\.test\\.ts$' },
      { path: '^page/', pathNot: '^page/page\\.json$' },
    ),
    // To be copied as they are: they stand alone, but for the packages that they are about.
    only('examples', '^examples/', [modules('@opentelemetry')]),
    // What k6 runs is not Node's: the modules of k6, known here by their types, and nothing else.
    only('load', '^lab/load/scenarios/', [modules('@types/k6')]),
    never(
      'one-folder-imports-the-driver',
      {
        path: '^(bin|dev|functions|lab|lib)/',
        pathNot: '^(lib/store/scylla/|lab/(bench/(raw|floor)|cluster/ask)\\.ts$)',
      },
      { path: modules('cassandra-driver') },
    ),
    // Loaded where it is asked for, and left out of archives and images.
    never(
      'embedded-store-on-demand',
      { path: '^(lib|functions)/', pathNot: '^lib/store/sqlite/|\\.test\\.ts$' },
      { path: '^lib/store/sqlite/', dynamic: false, dependencyTypesNot: ['type-only'] },
    ),
    never(
      'one-file-imports-opentelemetry',
      { path: '^(bin|dev|functions|lab|lib)/', pathNot: '^lib/trace/span\\.ts$|\\.test\\.ts$' },
      { path: modules('@opentelemetry') },
    ),
    never('one-file-imports-middy', { pathNot: '^lib/http/endpoint\\.ts$' }, { path: modules('@middy') }),
    never(
      'ports-as-types-only',
      {
        path: '^lib/(accounts|dialog|inbox|push|buckets|http|contract|delivery|store)/',
        pathNot: '\\.test\\.ts$',
      },
      { path: '^lib/(context|store/store|metrics/metrics)\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    never(
      'production-code-uses-production-packages',
      {
        path: '^(bin|functions|lib)/',
        pathNot: '\\.test\\.ts$|^lib/contract/(openapi|asyncapi)\\.ts$',
      },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    preserveSymlinks: true,
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
}
