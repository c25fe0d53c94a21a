/** Counters of writes -> the writes from one look at the nodes to the next. */
import type { NodeFigures, Recorded } from '../recorded.ts'

type Looks = Recorded['nodes']

/** A counter that is lower than before was begun anew with its node. */
export const writesBetween = (looks: Looks): Looks => {
  const known = new Map<number, number>()
  const since = (node: NodeFigures): NodeFigures => {
    if (node.writes === undefined) return node
    const before = known.get(node.node) ?? 0
    known.set(node.node, node.writes)
    return { ...node, writes: node.writes < before ? node.writes : node.writes - before }
  }
  return looks.map((look) => ({ ...look, nodes: look.nodes.map(since) }))
}
