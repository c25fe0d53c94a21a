/** Which nodes hold which tokens: 16 random tokens per node, or an even split into tablets. */
import { type Random, randomFrom } from './life.ts'

export const REPLICAS = 3
/** A position is a token without its 11 lowest bits, which a double holds exactly. */
export const positionOf = (token: bigint): number => Number(token >> 11n)

/** Range i reaches from above `ends[i - 1]` to `ends[i]`; the first one also takes what is above the last end. */
export type Ring = { nodes: number; ends: Float64Array; replicas: number[][] }
/** A ring, and the same ring after one more node, with the highest number, has joined. */
export type Growing = { ring: Ring; grown: Ring }
export type RingKind = (nodes: number, seed: number) => Growing

const TOKENS_A_NODE = 16
const POSITIONS = 2 ** 53
const TABLETS_A_NODE = 32

/** Nodes keep their tokens when another node joins: the seed deals them in the order of joining. */
export const vnodes: RingKind = (nodes, seed) => ({
  ring: vnodesOf(nodes, randomFrom(seed)),
  grown: vnodesOf(nodes + 1, randomFrom(seed)),
})

const vnodesOf = (nodes: number, random: Random): Ring => {
  const tokens = Array.from({ length: nodes * TOKENS_A_NODE }, (_, i) => ({
    end: Math.floor(random() * POSITIONS) - POSITIONS / 2,
    node: Math.floor(i / TOKENS_A_NODE),
  })).sort((a, b) => a.end - b.end)
  const owners = tokens.map(({ node }) => node)
  return {
    nodes,
    ends: Float64Array.from(tokens, ({ end }) => end),
    replicas: owners.map((_, i) => nextNodes(owners, i)),
  }
}

/** SimpleStrategy, and NetworkTopologyStrategy in one rack: the next different nodes clockwise. */
const nextNodes = (owners: number[], from: number): number[] => {
  const found = new Set<number>()
  for (let step = 0; step < owners.length && found.size < REPLICAS; step++)
    found.add(owners[(from + step) % owners.length] as number)
  return [...found]
}

/** A power of two of equal ranges, dealt so that all nodes have the same number of them, give or take one. */
export const tablets: RingKind = (nodes, seed) => {
  const random = randomFrom(seed)
  const count = 2 ** Math.ceil(Math.log2((TABLETS_A_NODE * nodes) / REPLICAS))
  const ends = Float64Array.from(
    { length: count },
    (_, i) => ((i + 1) / count) * POSITIONS - POSITIONS / 2 - 1,
  )
  const nextTablet = dealer(nodes, random)
  const ring = { nodes, ends, replicas: Array.from({ length: count }, nextTablet) }
  return { ring, grown: joined(ring, random) }
}

/** Gives three nodes at a time, at random, but every node once before any node again. */
const dealer = (nodes: number, random: Random) => {
  const pool: number[] = []
  return () => {
    const chosen: number[] = []
    while (chosen.length < REPLICAS) {
      if (pool.every((node) => chosen.includes(node))) pool.push(...Array(nodes).keys())
      const at = Math.floor(random() * pool.length)
      if (chosen.includes(pool[at] as number)) continue
      chosen.push(pool[at] as number)
      pool[at] = pool.at(-1) as number
      pool.pop()
    }
    return chosen
  }
}

/** The new node takes its share, one tablet at a time, each from one of the nodes that have most. */
const joined = ({ nodes, ends, replicas }: Ring, random: Random): Ring => {
  const after = replicas.map((tablet) => [...tablet])
  const share = Math.floor((replicas.length * REPLICAS) / (nodes + 1))
  const loads = new Array<number>(nodes).fill(0)
  for (const node of replicas.flat()) loads[node] = (loads[node] as number) + 1
  for (let taken = 0; taken < share; ) {
    const tablet = after[Math.floor(random() * after.length)] as number[]
    const fullest = Math.max(...loads)
    const at = tablet.findIndex((node) => loads[node] === fullest)
    if (at < 0 || tablet.includes(nodes)) continue
    loads[tablet[at] as number] = fullest - 1
    tablet[at] = nodes
    taken++
  }
  return { nodes: nodes + 1, ends, replicas: after }
}
