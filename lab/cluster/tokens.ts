/** The tokens of a node: balanced for the first nodes, half-way into existing ranges for a node that joins. */

const TOKENS_A_NODE = 4
const RING = 2n ** 64n
const LEAST_TOKEN = -(2n ** 63n)

/** A node and its tokens; each ends a range that begins after the token before it on the ring. */
export type Tokens = { node: number; tokens: bigint[] }

/** For nodes 1 to `nodes`, all ranges of one size, dealt round robin. */
export const firstTokens = (nodes: number): Tokens[] => {
  const count = nodes * TOKENS_A_NODE
  const token = (i: number) => (RING * BigInt(i)) / BigInt(count) + LEAST_TOKEN
  return Array.from({ length: nodes }, (_, at) => ({
    node: at + 1,
    tokens: Array.from({ length: TOKENS_A_NODE }, (_, round) => token(round * nodes + at)),
  }))
}

/**
 * The number of tokens that brings the new node closest to an equal share: each takes the first half of the largest range
 * of the node that owns most.
 */
export const joiningTokens = (ring: Tokens[]): bigint[] => {
  const share = RING / BigInt(ring.length + 1)
  const ranges = rangesOf(ring)
  const taken: bigint[] = []
  for (let owned = 0n; ; ) {
    const largest = largestOf(richest(ranges))
    const half = largest.size / 2n
    if (taken.length > 0 && owned + half - share > share - owned) return taken
    taken.push(BigInt.asIntN(64, largest.end - (largest.size - half)))
    largest.size -= half
    owned += half
  }
}

/** The part of all tokens that each node owns, from 0 to 1; the parts add up to 1. */
export const ownership = (ring: Tokens[]): Map<number, number> => {
  const owned = new Map(ring.map(({ node }) => [node, 0n]))
  for (const { node, size } of rangesOf(ring)) owned.set(node, (owned.get(node) ?? 0n) + size)
  return new Map([...owned].map(([node, size]) => [node, Number(size) / Number(RING)]))
}

type Range = { node: number; end: bigint; size: bigint }

const rangesOf = (ring: Tokens[]): Range[] => {
  const ends = ring
    .flatMap(({ node, tokens }) => tokens.map((end) => ({ node, end })))
    .sort((a, b) => (a.end < b.end ? -1 : 1))
  return ends.map(({ node, end }, i) => {
    const before = ends.at(i - 1)?.end as bigint
    // The only token there is owns the whole ring.
    return { node, end, size: BigInt.asUintN(64, end - before) || RING }
  })
}

/** The ranges of the node that owns most. */
const richest = (ranges: Range[]): Range[] => {
  const byNode = Map.groupBy(ranges, ({ node }) => node)
  const total = (own: Range[]) => own.reduce((sum, { size }) => sum + size, 0n)
  return [...byNode.values()].reduce((most, own) => (total(own) > total(most) ? own : most))
}

const largestOf = (ranges: Range[]): Range =>
  ranges.reduce((most, range) => (range.size > most.size ? range : most))
