/** A fake cluster in a process of its own, which answers at once: what is measured is the service, not a database. */
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { type Owned, own } from '../../dev/process.ts'

const COMMAND = join(import.meta.dirname, '../../test/fakes/cql/command.ts')

export type FakeCluster = Owned & {
  /** With which the service finds it. */
  variables: Record<string, string>
  /** How many connections its nodes have accepted so far. */
  connections: () => Promise<number>
}

export const openFakeCluster = async (nodes: number, tokens: number): Promise<FakeCluster> => {
  const stdio = ['pipe', 'pipe', 'inherit'] as ('pipe' | 'inherit')[]
  const owned = await own(process.execPath, [COMMAND, String(nodes), String(tokens)], { stdio })
  const lines = createInterface({ input: owned.child.stdout as Readable })
  const [first] = await once(lines, 'line')
  const ask = async () => {
    const answered = once(lines, 'line')
    ;(owned.child.stdin as Writable).write('counts\n')
    return JSON.parse((await answered)[0]) as { opened: number }[]
  }
  return {
    ...owned,
    variables: JSON.parse(first) as Record<string, string>,
    connections: async () => (await ask()).reduce((sum, { opened }) => sum + opened, 0),
  }
}
