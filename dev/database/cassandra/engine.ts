/** What is needed to run Cassandra: a suitable Java, and its jars. */
import type { Say } from '../../progress.ts'
import { cassandraJars } from './jars.ts'
import { findJava } from './java.ts'

export type Engine = { java: string; jars: string }

/** @throws Error when this machine has no suitable Java, or the jars cannot be downloaded */
export const findEngine = async (env: NodeJS.ProcessEnv, say: Say): Promise<Engine> => {
  const java = await findJava(env)
  if (!java) throw new Error('Apache Cassandra needs Java 11 or 17, and Maven to download it')
  return { java, jars: await cassandraJars(env, say) }
}
