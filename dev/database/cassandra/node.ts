/** Starts one Cassandra node in a child process. */
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Owned, own } from '../../process.ts'
import { cassandraYaml, jvmArguments, LOGBACK, type NodeSettings } from './configuration.ts'
import type { Engine } from './engine.ts'
import { answers } from './ports.ts'
import { PID_FILE } from './running.ts'

const BOOT_LIMIT_MS = 300_000
/** A node that joins a cluster streams its share of the data first. */
const JOIN_LIMIT_MS = 900_000
const LISTENING = 'Starting listening for CQL clients'

/**
 * Starts a node on the data in its directory, if any, and resolves when its client port accepts connections (6-10 s).
 * @throws Error with the end of the node's output when it dies before that, or takes more than five minutes, or fifteen
 *   if it joins a cluster
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
  await writeFile(join(node.directory, PID_FILE), String(jvm.pid))
  let end: string | undefined
  jvm.ended.then((how) => {
    end = how
  })
  const limitMs = node.ring?.joins ? JOIN_LIMIT_MS : BOOT_LIMIT_MS
  const deadline = Date.now() + limitMs
  // Another process may listen on the port: it is the node's only once the node itself logs that it listens.
  const isUp = async () =>
    (await answers(node.address, node.nativePort)) &&
    (await readFile(log, 'utf8')).slice(before).includes(LISTENING)
  while (!(await isUp())) {
    if (end) throw new Error(`Cassandra ended while it was starting (${end})\n${await endOfOutput(node)}`)
    if (Date.now() > deadline) {
      await jvm.stop()
      throw new Error(`Cassandra did not listen within ${limitMs / 1000} s\n${await endOfOutput(node)}`)
    }
  }
  return jvm
}

const endOfOutput = async (node: NodeSettings): Promise<string> => {
  const log = join(node.directory, 'output.log')
  const text = await readFile(log, 'utf8')
  return `${text.trimEnd().split('\n').slice(-5).join('\n')}\n(more in ${node.directory}/system.log and ${log})`
}
