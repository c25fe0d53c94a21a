/** The database of `npm start` and of the tests: one that is given, ScyllaDB in Docker, or Cassandra from its jars. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
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

/** How a machine comes to one, for a person. */
export const WAYS = `  - CQL_CONTACT_POINTS set to the address of a ScyllaDB or Cassandra,
  - a running Docker engine (docker info), for ScyllaDB by docker-compose.yml,
  - Java 11 or 17 and Maven, for Apache Cassandra ${CASSANDRA_VERSION} from its published jars.`

export type LocalDatabase = {
  /** The variables that lead to it. */
  variables: Record<string, string>
  /** Resolves, to words for a person, when it has ended by itself; never for a database that was given. */
  ended: Promise<string>
  stop: () => Promise<void>
}

/** @throws Error that names all the ways when there is none */
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
 * Opens the first database that this machine offers, if it has one, and says which.
 * @param directory where Cassandra keeps its data between starts: nobody else is about to use it
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

/** Not run by this project's CI, which has no Docker engine. */
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
