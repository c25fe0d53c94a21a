/** Cassandra's nodetool, for one node on this machine. */
import { join } from 'node:path'
import { finish } from '../../process.ts'
import { moduleArguments } from './configuration.ts'
import type { Engine } from './engine.ts'

/**
 * Resolves when the command has finished.
 * @throws Error with the message of nodetool
 */
export const nodetool = async (
  { java, jars }: Engine,
  jmxPort: number,
  ...command: string[]
): Promise<void> => {
  const tool = [
    '-Xmx128M',
    ...moduleArguments(),
    '-cp',
    join(jars, '*'),
    'org.apache.cassandra.tools.NodeTool',
  ]
  try {
    await finish(java, [...tool, '-p', String(jmxPort), ...command])
  } catch (cause) {
    const { message } = cause as Error
    const [, words] = /^(?:error|nodetool): (.+)$/m.exec(message) ?? []
    throw new Error(words ?? message, { cause })
  }
}
