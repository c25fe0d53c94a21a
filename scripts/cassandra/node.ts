/** One Cassandra node in a child process: started, waited for, stopped. */
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Owned, own } from '../process.ts'
import { cassandraYaml, jvmArguments, LOGBACK, type NodeSettings } from './configuration.ts'
import { answers } from './ports.ts'

const BOOT_LIMIT_MS = 120_000
const LISTENING = 'Starting listening for CQL clients'

/** What it takes to run a node at all. */
export type Engine = { java: string; jars: string }

/**
 * Starts a node on the data in its directory, new or old, and resolves when its client port answers (6-10 s).
 * @throws Error with the end of the node's output when it dies before that, or does not answer within two minutes.
 */
export const startNode = async (node: NodeSettings, { java, jars }: Engine): Promise<Owned> => {
  await mkdir(node.directory, { recursive: true })
  await writeFile(join(node.directory, 'cassandra.yaml'), cassandraYaml(node))
  await writeFile(join(node.directory, 'logback.xml'), LOGBACK)
  const output = openSync(join(node.directory, 'output.log'), 'w')
  const log = join(node.directory, 'system.log')
  const before = (await readFile(log, 'utf8').catch(() => '')).length
  const jvm = await own(java, jvmArguments(node, jars), { stdio: ['ignore', output, output] })
  closeSync(output)
  await writeFile(join(node.directory, 'pid'), String(jvm.pid))
  let end: string | undefined
  jvm.ended.then((how) => {
    end = how
  })
  const deadline = Date.now() + BOOT_LIMIT_MS
  // Somebody else may answer on the port: it is ours only when the node itself says that it listens.
  const isUp = async () =>
    (await answers(node.address, node.nativePort)) &&
    (await readFile(log, 'utf8')).slice(before).includes(LISTENING)
  while (!(await isUp())) {
    if (end) throw new Error(`Cassandra ended at its start (${end})\n${await lastWords(node)}`)
    if (Date.now() > deadline) {
      await jvm.stop()
      throw new Error(`Cassandra did not answer within ${BOOT_LIMIT_MS / 1000} s\n${await lastWords(node)}`)
    }
  }
  return jvm
}

const lastWords = async (node: NodeSettings): Promise<string> => {
  const log = join(node.directory, 'output.log')
  const text = await readFile(log, 'utf8')
  return `${text.trimEnd().split('\n').slice(-5).join('\n')}\n(more in ${node.directory}/system.log and ${log})`
}
