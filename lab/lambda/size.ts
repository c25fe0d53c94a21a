/** `npm run lab -- size`: what the archives weigh, and how fast a cold function is; needs a database, as the tests do. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { median } from 'd3-array'
import { progress, type Say } from '../../dev/progress.ts'
import { authorization } from '../kit/people.ts'
import { openWorld, throwawayDatabase } from '../kit/world.ts'
import { type Archive, packArchives } from './archives.ts'

const run = promisify(execFile)
const TIMES = 9
const rounded = (value: number) => Math.round(value * 10) / 10
const kilobytes = async (file: string) => rounded((await stat(file)).size / 1000)

export const size = async (args: string[]): Promise<void> => {
  if (args.length > 0) throw new Error('usage: npm run lab -- size')
  // Only the tables go to standard output.
  const say: Say = (line) => console.error(line)
  const name = `size_${randomUUID().replaceAll('-', '')}`
  const { directory, variables, tokenOf } = await openWorld({ name, database: throwawayDatabase }, say)
  const packing = packArchives(join(directory, 'packages'), process.env)
  const { archives } = await progress(say, 'packaging the functions', packing)
  const event = {
    version: '2.0',
    headers: authorization(await tokenOf('alice')),
    pathParameters: { user_id: 'bob' },
    body: '{"text":"Hello, Bob!"}',
  }
  const rows = await progress(say, 'starting each function nine times', tableOf(archives, event, variables))
  console.table(rows)
  const connect = rounded(await coldConnect(variables))
  console.log(`Times in milliseconds, medians of nine new processes, Node's own start in the total; sizes in kB.
Connecting to the database, which is part of the replies of send, list and ready: ${connect} ms.`)
}

const tableOf = async (archives: Archive[], event: unknown, variables: Record<string, string>) => {
  const rows: Record<string, Record<string, number>> = {}
  for (const archive of archives) {
    const cold = await coldStart(archive, event, variables)
    const [bundle = '', map = ''] = archive.files.sort().map((file) => join(archive.directory, file))
    rows[archive.name] = {
      'archive kB': await kilobytes(archive.zip),
      'bundle kB': await kilobytes(bundle),
      'map kB': await kilobytes(map),
      'import ms': rounded(cold.import),
      'first reply ms': rounded(cold.reply),
      'total ms': rounded(cold.total),
    }
  }
  return rows
}

/** Milliseconds; `total` begins with the process. */
type ColdStart = { import: number; reply: number; total: number }

/** A bundle's reply to one event. The result is the last line: the log comes before it. */
const INVOKE = `
const began = performance.now()
import(process.argv[1]).then(async ({ handler }) => {
  const imported = performance.now()
  const { statusCode, body } = await handler(JSON.parse(process.argv[2]), {})
  const total = performance.now()
  if (statusCode !== 200) throw new Error(body)
  console.log(JSON.stringify({ import: imported - began, reply: total - imported, total }))
  process.exit()
})`

/** The database's part of a first reply: the client of lib/, connected once. */
const CONNECT = `
import(process.argv[1]).then(async ({ connect }) => {
  const { readDatabaseConfig } = await import(process.argv[2])
  const settings = readDatabaseConfig(process.env)
  const began = performance.now()
  await connect(settings, settings.keyspace)
  console.log(JSON.stringify({ connect: performance.now() - began }))
  process.exit()
})`

/**
 * Medians over nine processes.
 * @throws Error with the reply when it is not a 200
 */
const coldStart = (archive: Archive, event: unknown, variables: Record<string, string>) => {
  const bundle = join(archive.directory, archive.handler.replace(/\.\w+$/, '.mjs'))
  const env = { ...archive.environment, ...variables }
  return medians<ColdStart>([INVOKE, bundle, JSON.stringify(event)], env)
}

/** The same for connecting to the database alone. */
const coldConnect = async (variables: Record<string, string>): Promise<number> => {
  const lib = join(import.meta.dirname, '../../lib')
  const modules = [join(lib, 'store/scylla/connect.ts'), join(lib, 'config/database.ts')]
  return (await medians<{ connect: number }>([CONNECT, ...modules], variables)).connect
}

const medians = async <T extends Record<string, number>>(
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<T> => {
  const runs: T[] = []
  while (runs.length < TIMES) {
    const { stdout } = await run(process.execPath, ['-e', ...args], { env })
    runs.push(JSON.parse(stdout.trim().split('\n').at(-1) as string))
  }
  const names = Object.keys(runs[0] as T)
  return Object.fromEntries(names.map((name) => [name, median(runs, (one) => one[name])])) as T
}
