/** All that can be told of a cluster, even when some of its nodes cannot be asked. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { figuresOf, type TableFigures } from './ask.ts'
import { look, type Seen } from './look.ts'
import type { Place } from './place.ts'
import { ownership } from './tokens.ts'

export type NodeStatus = Seen & {
  /** What part of the ring it owns, 0 to 1: without replicas, of which it has more. */
  owns: number
  /** Of its tables on disk, without what is in memory still. */
  loadBytes: number
  /** Nothing of a node that is not up; an Error of one that is, and does not answer. */
  tables: TableFigures[] | Error | undefined
}

export const status = async (place: Place): Promise<NodeStatus[]> => {
  const nodes = await look(place)
  const owns = ownership(
    nodes.filter(({ state, standing }) => state !== 'unfinished' && standing !== 'joining'),
  )
  return Promise.all(
    nodes.map(async (node) => ({
      ...node,
      owns: owns.get(node.node) ?? 0,
      loadBytes: await bytesIn(join(node.folder, 'data')),
      tables: node.state === 'up' ? await figuresOf(node.address).catch((error: Error) => error) : undefined,
    })),
  )
}

export const totalOf = (tables: TableFigures[], figure: (table: TableFigures) => number): number =>
  tables.reduce((total, table) => total + figure(table), 0)

/** Files come and go while it looks. */
const bytesIn = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    entries.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
