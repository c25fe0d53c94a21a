/** Finds a Java that Cassandra 5.0 runs on: 11 or 17, no other version. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The command of a suitable Java, from JAVA_HOME or else the PATH; undefined when there is none. */
export const findJava = async (env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  const candidates = [...(env['JAVA_HOME'] ? [join(env['JAVA_HOME'], 'bin', 'java')] : []), 'java']
  for (const java of candidates) {
    const { stderr } = await run(java, ['-version'], { env }).catch(() => ({ stderr: '' }))
    if (/version "(11|17)[."]/.test(stderr)) return java
  }
  return undefined
}

/** Whether a command exits with 0. */
export const succeeds = async (command: string, args: string[], env: NodeJS.ProcessEnv): Promise<boolean> =>
  run(command, args, { env, timeout: 20_000 }).then(
    () => true,
    () => false,
  )
