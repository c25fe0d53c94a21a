/** Finds a Java that Cassandra 5.0 runs on: 11 or 17, no other. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The command of the first suitable Java, JAVA_HOME's before the PATH's; undefined when there is none. */
export const findJava = async (env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  const candidates = [...(env['JAVA_HOME'] ? [join(env['JAVA_HOME'], 'bin', 'java')] : []), 'java']
  for (const java of candidates) {
    const { stderr } = await run(java, ['-version'], { env }).catch(() => ({ stderr: '' }))
    if (/version "(11|17)[."]/.test(stderr)) return java
  }
  return undefined
}

/** Whether a command runs and succeeds, whatever it prints. */
export const succeeds = async (command: string, args: string[], env: NodeJS.ProcessEnv): Promise<boolean> =>
  run(command, args, { env, timeout: 20_000 }).then(
    () => true,
    () => false,
  )
