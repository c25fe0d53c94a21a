/** How long a function takes in a Node process that has never run it: to be loaded, and to its first reply. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { median } from '../kit/median.ts'
import type { Archive } from './archives.ts'

const run = promisify(execFile)
const TIMES = 9

/** Milliseconds; `total` begins with the process. */
export type ColdStart = { import: number; reply: number; total: number }

/** What a bundle answers to one event. The result is the last line: the log comes before it. */
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

/** What the database's part of a first reply is: the client of lib/, connected once. */
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
export const coldStart = (archive: Archive, event: unknown, variables: Record<string, string>) => {
  const bundle = join(archive.directory, archive.handler.replace(/\.\w+$/, '.mjs'))
  const env = { ...archive.environment, ...variables }
  return medians<ColdStart>([INVOKE, bundle, JSON.stringify(event)], env)
}

/** The same for connecting to the database alone. */
export const coldConnect = async (variables: Record<string, string>): Promise<number> => {
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
  return Object.fromEntries(names.map((name) => [name, median(runs.map((one) => Number(one[name])))])) as T
}
