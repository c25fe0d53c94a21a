/** What it takes to run Cassandra at all: a Java that suits it, and its jars. */
import type { Say } from '../../progress.ts'
import { cassandraJars } from './jars.ts'
import { findJava } from './java.ts'

export type Engine = { java: string; jars: string }

/** @throws Error when this machine has no Java that Cassandra runs on, or the jars cannot be fetched */
export const findEngine = async (env: NodeJS.ProcessEnv, say: Say): Promise<Engine> => {
  const java = await findJava(env)
  if (!java) throw new Error('Apache Cassandra needs Java 11 or 17, and Maven to fetch it')
  return { java, jars: await cassandraJars(env, say) }
}
