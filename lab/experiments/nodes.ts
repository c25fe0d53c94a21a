/** What is kept of a look at the nodes, and what of it is about messages alone. */
import { type NodeStatus, totalOf } from '../cluster/status.ts'
import { KEYSPACE } from './ground.ts'
import type { NodeFigures } from './recorded.ts'

export const figuresOfNode = ({ node, state, owns, loadBytes, tables }: NodeStatus): NodeFigures => ({
  node,
  state,
  owns,
  loadBytes,
  ...(Array.isArray(tables) && {
    writes: totalOf(tables, (table) => table.writes),
    rows: totalOf(tables, (table) => table.rows),
  }),
})

/** Of the writes of messages between two looks: the most of any node beside the mean. */
export const unevenness = (before: NodeStatus[], after: NodeStatus[]): number => {
  const writes = after.map((node, index) => messagesTo(node) - messagesTo(before[index]))
  return (Math.max(...writes) * writes.length) / writes.reduce((sum, one) => sum + one, 0)
}

/** NaN of a node that did not say. */
const messagesTo = (node: NodeStatus | undefined): number => {
  const tables = Array.isArray(node?.tables) ? node.tables : []
  return tables.find(({ table }) => table === `${KEYSPACE}.messages`)?.writes ?? Number.NaN
}
