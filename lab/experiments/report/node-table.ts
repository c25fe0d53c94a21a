/** The nodes, each time that they were looked at, as a table. */
import { markdownTable } from '../../kit/markdown-table.ts'
import { whole } from '../../kit/whole.ts'
import type { Recorded } from '../recorded.ts'

export const nodeTable = ({ nodes }: Recorded): string => {
  const numbers = [...new Set(nodes.flatMap((look) => look.nodes.map(({ node }) => node)))].sort(
    (a, b) => a - b,
  )
  return markdownTable([
    ['state, part of the ring owned', 'at', ...numbers.map((node) => `node ${node}`)],
    ...nodes.map(({ when, atSeconds, nodes: found }) => [
      when,
      `${whole(atSeconds)} s`,
      ...numbers.map((number) => {
        const node = found.find((one) => one.node === number)
        return node ? `${node.state}, ${(node.owns * 100).toFixed(1)} %` : ''
      }),
    ]),
  ])
}
