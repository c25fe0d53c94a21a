/** The database of `npm start` and of the tests: one that is given, ScyllaDB in Docker, or Cassandra from its jars. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openEmbedded } from '../../lib/store/sqlite/embedded.ts'
import { atEnd, own } from '../process.ts'
import { progress, type Say } from '../progress.ts'
import type { Engine } from './cassandra/engine.ts'
import { CASSANDRA_VERSION, cassandraJars } from './cassandra/jars.ts'
import { findJava, succeeds } from './cassandra/java.ts'
import { endLeftover } from './cassandra/leftover.ts'
import { startNode } from './cassandra/node.ts'
import { freePort } from './cassandra/ports.ts'

const run = promisify(execFile)
const HOST = '127.0.0.1'

/** The ways to get a database, for a person. */
const WAYS = `  - CQL_CONTACT_POINTS set to the address of a ScyllaDB or Cassandra,
  - a running Docker engine (docker info), for ScyllaDB from docker-compose.yml,
  - Java 11 or 17 and Maven, for Apache Cassandra ${CASSANDRA_VERSION} from its published jars.`

export type LocalDatabase = {
  /** The environment variables under which the service finds it. */
  variables: Record<string, string>
  /** Resolves, to words for a person, when it ends by itself; never for a database at CQL_CONTACT_POINTS. */
  ended: Promise<string>
  stop: () => Promise<void>
}

/** @throws Error that names all the ways to get one when there is none */
export const openDatabase = async (
  env: NodeJS.ProcessEnv,
  directory: string,
  say: Say,
): Promise<LocalDatabase> => {
  const database = await findDatabase(env, directory, say)
  if (!database) throw new Error(`no database. One of these is needed:\n${WAYS}`)
  return database
}

/**
 * Opens the first database that this machine offers, if any, and reports which.
 * @param directory where Cassandra keeps its data between starts; no other process may use it
 */
export const findDatabase = async (
  env: NodeJS.ProcessEnv,
  directory: string,
  say: Say,
): Promise<LocalDatabase | undefined> => {
  if (env['CQL_CONTACT_POINTS']) {
    say(`database: the one at CQL_CONTACT_POINTS=${env['CQL_CONTACT_POINTS']}`)
    return { variables: {}, ended: new Promise(() => undefined), stop: async () => undefined }
  }
  if (await succeeds('docker', ['info'], env)) return scyllaInDocker(say)
  const java = await findJava(env)
  if (!java || !(await succeeds('mvn', ['--version'], env))) return undefined
  return cassandraFromJars(java, env, directory, say)
}

/** Not covered by this project's CI, which has no Docker engine. */
const scyllaInDocker = async (say: Say): Promise<LocalDatabase> => {
  say('database: ScyllaDB by docker compose')
  const stop = async () => {
    await run('docker', ['compose', 'stop', 'scylla1'])
  }
  atEnd(stop)
  await progress(say, 'starting ScyllaDB', run('docker', ['compose', 'up', '--detach', '--wait', 'scylla1']))
  const watch = await own('docker', ['compose', 'wait', 'scylla1'], { stdio: 'ignore' })
  return {
    variables: { CQL_CONTACT_POINTS: HOST, CQL_REPLICATION: 'datacenter1:1' },
    ended: watch.ended.then(() => 'the ScyllaDB container has stopped: docker compose logs scylla1'),
    stop,
  }
}

/**
 * The last resort of `npm start`, or what `--embedded` asks for: the embedded store, in one file. Creates the file and its
 * tables if there is none, for the processes that open it afterwards.
 * @throws Error when the file was created by other code
 */
export const embeddedDatabase = (directory: string, say: Say): LocalDatabase => {
  const file = join(directory, 'embedded.sqlite')
  const { close } = openEmbedded(file)
  atEnd(close)
  say(`database: an embedded store, ${file}
  It is for a look around: one process, no replicas, and none of the guarantees under failure. A database is
${WAYS}`)
  return { variables: { EMBEDDED_STORE: file }, ended: new Promise(() => undefined), stop: close }
}

const cassandraFromJars = async (java: string, env: NodeJS.ProcessEnv, directory: string, say: Say) => {
  say(`database: Apache Cassandra ${CASSANDRA_VERSION}, data in ${directory}`)
  await endLeftover(directory, say)
  return startCassandra({ java, jars: await cassandraJars(env, say) }, env, directory, say)
}

const startCassandra = async (
  engine: Engine,
  env: NodeJS.ProcessEnv,
  directory: string,
  say: Say,
): Promise<LocalDatabase> => {
  const nativePort = await freePort(HOST, Number(env['CQL_PORT'] ?? 9042))
  const storagePort = await freePort(HOST, nativePort === 9042 ? 7000 : 0)
  const settings = { directory, address: HOST, nativePort, storagePort }
  const node = await progress(say, `starting Cassandra on ${HOST}:${nativePort}`, startNode(settings, engine))
  return {
    variables: {
      CQL_CONTACT_POINTS: HOST,
      CQL_PORT: String(nativePort),
      CQL_REPLICATION: 'datacenter1:1',
    },
    ended: node.ended.then((how) => `the database process has ended (${how}): see ${directory}/system.log`),
    stop: node.stop,
  }
}
