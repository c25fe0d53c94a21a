/** The state of each node, and all that can be told of a cluster even when some of its nodes cannot be asked. */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { answers } from '../../dev/database/cassandra/ports.ts'
import { type Running, runningOn } from '../../dev/database/cassandra/running.ts'
import { figuresOf, type TableFigures } from './ask.ts'
import { addressOf, folderOf, type Member, NATIVE_PORT, type Place, readMembers } from './place.ts'
import { ownership } from './tokens.ts'

/** `unfinished`: it ended before it had joined. */
export type State = 'up' | 'starting' | 'joining' | 'leaving' | 'paused' | 'down' | 'unfinished'
export type Seen = Member & { address: string; folder: string; state: State; pid: number | undefined }

export const look = async (place: Place): Promise<Seen[]> =>
  Promise.all((await readMembers(place)).map((member) => lookAt(place, member)))

const lookAt = async (place: Place, member: Member): Promise<Seen> => {
  const address = addressOf(place, member.node)
  const folder = folderOf(place, member.node)
  const [running, answering] = await Promise.all([runningOn(folder), answers(address, NATIVE_PORT)])
  return {
    ...member,
    address,
    folder,
    pid: running?.pid,
    state: stateOf(member.standing, running, answering),
  }
}

/** If the node runs at all, it is the node that answers at the port: two processes cannot listen there. */
export const stateOf = (
  standing: Member['standing'],
  running: Running | undefined,
  answering: boolean,
): State => {
  if (!running) return standing === 'joining' ? 'unfinished' : 'down'
  if (running.paused) return 'paused'
  if (standing !== 'member') return standing
  return answering ? 'up' : 'starting'
}

export type NodeStatus = Seen & {
  /** The part of the ring that it owns, 0 to 1, not counting replicas. */
  owns: number
  /** Of its tables on disk, without data that is still in memory. */
  loadBytes: number
  /** Undefined for a node that is not up; an Error for a node that is up and does not answer. */
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

/** Files appear and disappear meanwhile. */
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

const HEAD = ['node', 'address', 'state', 'tokens', 'owns', 'load', 'writes', 'rows']

export const textOf = (nodes: NodeStatus[]): string => {
  if (nodes.length === 0) return 'there is no cluster'
  const rows = [HEAD, ...nodes.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return [...rows.map((row) => line(row).trimEnd()), ...nodes.flatMap(complaintOf)].join('\n')
}

const complaintOf = ({ node, tables }: NodeStatus): string[] =>
  tables instanceof Error ? [`node ${node} cannot be asked: ${tables.message}`] : []

const cellsOf = ({ node, address, state, tokens, owns, loadBytes, tables }: NodeStatus): string[] => [
  String(node),
  address,
  state,
  String(tokens.length),
  `${(owns * 100).toFixed(1)} %`,
  `${(loadBytes / 2 ** 20).toFixed(1)} MiB`,
  sum(tables, ({ writes }) => writes),
  sum(tables, ({ rows }) => rows),
]

const sum = (tables: NodeStatus['tables'], figure: (table: TableFigures) => number): string =>
  Array.isArray(tables) ? String(totalOf(tables, figure)) : '-'
