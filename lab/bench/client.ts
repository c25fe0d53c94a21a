/** What a new database client costs, by the size of the cluster: processor time and connections, on a fake cluster. */
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { median } from 'd3-array'
import type { Say } from '../../dev/progress.ts'
import { startCall } from '../../lib/call.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import { openFakeCluster } from '../kit/fake-cluster.ts'
import { table } from '../kit/tables.ts'

/** Cassandra gives a node 16 tokens, ScyllaDB 256. */
const CLUSTERS = [
  { nodes: 3, tokens: 256 },
  { nodes: 30, tokens: 256 },
  { nodes: 100, tokens: 16 },
  { nodes: 100, tokens: 256 },
]
const PLACES = { serve: {}, 'a function': { AWS_LAMBDA_FUNCTION_NAME: 'one' } }
const PROCESSES = 7
/** Time for connections that are opened in the background. */
const SETTLED_MS = 2_000

type Sample = { firstMs: number; firstCpuMs: number; cpuMs: number }

export const client = async (say: Say) => {
  const rows: (string | number)[][] = []
  for (const { nodes, tokens } of CLUSTERS) {
    const fake = await openFakeCluster(nodes, tokens)
    for (const [place, more] of Object.entries(PLACES)) {
      const figures = await samples({ ...fake.variables, ...more }, fake.connections)
      rows.push([place, nodes, tokens, ...figures.map(Math.round)])
      say(`${place}, ${nodes} nodes of ${tokens} tokens: measured`)
    }
    await fake.stop()
  }
  say(`
Medians of ${PROCESSES} fresh processes, each with one client: until its first statement is answered, and
what it has cost two seconds later. The cluster is a fake in a process of its own, on the same machine.
`)
  say(`${table(HEAD, rows)}\n`)
}

const HEAD = [
  ...['in', 'nodes', 'tokens of each', 'first answer ms', 'processor ms until then', 'in all'],
  'connections',
]

const samples = async (
  env: Record<string, string>,
  connections: () => Promise<number>,
): Promise<number[]> => {
  const all: Sample[] = []
  const before = await connections()
  while (all.length < PROCESSES) {
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename], { env })
    all.push(JSON.parse(stdout))
  }
  const figures = (['firstMs', 'firstCpuMs', 'cpuMs'] as const).map((figure) =>
    Number(median(all, (sample) => sample[figure])),
  )
  return [...figures, ((await connections()) - before) / PROCESSES]
}

/** In a process of its own, with the code already loaded. */
const sample = async (): Promise<Sample> => {
  const config = readDatabaseConfig(process.env)
  const [began, before] = [performance.now(), process.cpuUsage()]
  const cpuMs = () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }
  const database = await connect(config, config.keyspace, { atOnce: true })
  await storeOn(database.within(startCall(5_000))).databaseTime()
  const first = { firstMs: performance.now() - began, firstCpuMs: cpuMs() }
  await sleep(SETTLED_MS)
  return { ...first, cpuMs: cpuMs() }
}

if (import.meta.main) {
  console.log(JSON.stringify(await sample()))
  process.exit()
}
