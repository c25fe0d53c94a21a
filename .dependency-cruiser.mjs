/** Who may import whom, held by a tool. CONTRIBUTING.md tells the rooms. */

const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { pathNot: [from, ...to] },
})
const NODE =
  '^node:|^(assert|async_hooks|buffer|crypto|dns|fs|http|https|net|os|path|perf_hooks|process|stream|timers|tls|url|util|zlib)(/|$)'
const modules = (...names) => `^node_modules/(${names.join('|')})/`

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(lib|functions|scripts)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^test/|\\.test\\.ts$' },
    },
    {
      name: 'no-scripts-in-the-product',
      severity: 'error',
      from: { path: '^(lib|functions)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(load|scripts)/' },
    },
    {
      name: 'functions-stand-alone',
      severity: 'error',
      from: { path: '^functions/([^/]+)' },
      to: { path: '^functions/', pathNot: '^functions/$1' },
    },
    only('functions', '^functions/', [
      '^lib/contract/',
      '^lib/dialog/',
      '^lib/http/endpoint\\.ts$',
      '^lib/context\\.ts$',
      '^openapi\\.json$',
    ]),
    only('http', '^lib/http/', [
      '^lib/contract/contract\\.ts$',
      '^lib/(context|call|errors|lazy|log)\\.ts$',
      '^lib/config/',
      '^lib/dialog/ids\\.ts$',
      modules('@middy', 'jose', 'lru-cache', 'zod'),
      NODE,
    ]),
    only('contract', '^lib/contract/', [
      '^lib/dialog/(ids|message)\\.ts$',
      '^lib/errors\\.ts$',
      modules('zod', 'zod-openapi'),
      NODE,
    ]),
    only('dialog', '^lib/dialog/', [
      '^lib/timeline/',
      '^lib/store/store\\.ts$',
      '^lib/(context|errors)\\.ts$',
      modules('lru-cache'),
      NODE,
    ]),
    only('timeline', '^lib/timeline/', []),
    only('store', '^lib/store/', [
      '^lib/(timeline|dialog)/',
      '^lib/(errors|call)\\.ts$',
      '^lib/config/',
      modules('cassandra-driver'),
      NODE,
    ]),
    only('context', '^lib/context\\.ts$', [
      '^lib/(backoff|byte-budget|call|errors|lazy|log)\\.ts$',
      '^lib/config/',
      '^lib/store/',
      '^lib/timeline/(clock|rules)\\.ts$',
      '^lib/dialog/memory\\.ts$',
      NODE,
    ]),
    // To be copied as they are: they stand alone.
    only('examples', '^examples/', []),
    // What k6 runs is not Node's: the modules of k6, known here by their types, and nothing else.
    only('load', '^load/', [modules('@types/k6')]),
    {
      name: 'one-folder-imports-the-driver',
      severity: 'error',
      from: {
        path: '^(lib|functions|scripts)/',
        pathNot: '^(lib/store/scylla/|scripts/(bench/(raw|floor)|cluster/ask)\\.ts$)',
      },
      to: { path: modules('cassandra-driver') },
    },
    // Loaded where it is asked for, and left out of archives and images.
    {
      name: 'embedded-store-on-demand',
      severity: 'error',
      from: { path: '^(lib|functions)/', pathNot: '^lib/store/sqlite/|\\.test\\.ts$' },
      to: { path: '^lib/store/sqlite/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-file-imports-middy',
      severity: 'error',
      from: { pathNot: '^lib/http/endpoint\\.ts$' },
      to: { path: modules('@middy') },
    },
    {
      name: 'context-and-store-as-types-only',
      severity: 'error',
      from: { path: '^lib/(dialog|http|contract)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/(context|store/store)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'production-code-uses-production-packages',
      severity: 'error',
      from: { path: '^(lib|functions)/', pathNot: '\\.test\\.ts$|^lib/contract/openapi\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    preserveSymlinks: true,
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
}
