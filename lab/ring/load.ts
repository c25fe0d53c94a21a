/** The load of given partitions on each node of a ring. */
import { tokenOf } from '../../dev/inspect/token.ts'
import { positionOf, REPLICAS, type Ring } from './rings.ts'

/** Partitions in the order of the ring: `sums[i]` is the weight of the first i. */
export type Placed = { positions: Float64Array; sums: Float64Array; heaviest: number }
export type Partition = { key: Buffer; weight: number }

/** Weights of the same key are added up in one partition. */
export const place = (partitions: Partition[]): Placed => {
  const sorted = partitions
    .map(({ key, weight }) => ({ position: positionOf(tokenOf(key)), weight }))
    .sort((a, b) => a.position - b.position)
  const placed: typeof sorted = []
  for (const next of sorted) {
    const last = placed.at(-1)
    if (last?.position === next.position) last.weight += next.weight
    else placed.push(next)
  }
  const sums = new Float64Array(placed.length + 1)
  for (const [i, { weight }] of placed.entries()) sums[i + 1] = (sums[i] as number) + weight
  const heaviest = placed.reduce((most, { weight }) => Math.max(most, weight), 0)
  return { positions: Float64Array.from(placed, ({ position }) => position), sums, heaviest }
}

export const loads = (placed: Placed, ring: Ring): Float64Array => {
  const carried = new Float64Array(ring.nodes)
  const total = placed.sums.at(-1) as number
  let below = 0
  for (const [i, end] of ring.ends.entries()) {
    const upTo = placed.sums[countUpTo(placed.positions, end)] as number
    const wrapped = i === 0 ? total - weightUpTo(placed, ring.ends.at(-1) as number) : 0
    for (const node of ring.replicas[i] as number[])
      carried[node] = (carried[node] as number) + upTo - below + wrapped
    below = upTo
  }
  return carried
}

/** The load of the busiest node divided by that of the average one. */
export const busiest = (carried: Float64Array): number =>
  Math.max(...carried) / (carried.reduce((sum, load) => sum + load, 0) / carried.length)

/** The part of all replicas that moves when the ring grows: the share of the new node afterwards. */
export const moved = (placed: Placed, grown: Ring): number =>
  (loads(placed, grown).at(-1) as number) / ((placed.sums.at(-1) as number) * REPLICAS)

const weightUpTo = (placed: Placed, end: number): number =>
  placed.sums[countUpTo(placed.positions, end)] as number

const countUpTo = (sorted: Float64Array, value: number): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}
