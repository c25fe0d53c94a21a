/** A cluster's status as a table for a terminal. */
import type { TableFigures } from './ask.ts'
import { type NodeStatus, totalOf } from './status.ts'

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
