/** The figures: every population under every key, on rings of 3 to 1,000 nodes. */
import { max, mean, median } from 'd3-array'
import type { Say } from '../../dev/progress.ts'
import { KEYS, type Key } from './keys.ts'
import { randomFrom } from './life.ts'
import { busiest, loads, moved, type Placed, place } from './load.ts'
import { type Population, populations, TORRENT } from './populations.ts'
import { type Growing, type RingKind, tablets, vnodes } from './rings.ts'

export const NODES = [3, 10, 30, 100, 300, 1000]
const RING_KINDS: Record<string, RingKind> = { vnodes, tablets }
/** Data of which every range of the ring holds a share equal to its length: the unevenness of the ring itself. */
export const EVEN = 'perfectly even data'
const SPOKES = 60
const RINGS_OF_A_SIZE = 11
const EVEN_PARTITIONS = 2 ** 20
const HALF_THE_RING = 2 ** 52

export type Partitions = {
  population: string
  key: string
  count: number
  largestRows: number
  hottestWrites: number
  page: number
  longestPage: number
  pageOfTheHottest: number
}
/** `rows` and `writes`: the busiest node divided by the average one; `moved`: the part of all data that a new node takes. */
export type Balance = {
  population: string
  key: string
  ring: string
  nodes: number
  rows: number
  writes: number
  moved: number
  movedMost: number
}
export type Figures = { partitions: Partitions[]; balances: Balance[]; spokes: Spoke[] }
/** What one node writes a second while the torrent lasts. */
export type Spoke = { key: string; node: number; writes: number }

type Subject = { population: string; key: string; stored: Placed; written: Placed }
type Rings = { ring: string; nodes: number; growing: Growing[] }

export const measure = (seed: number, say: Say): Figures => {
  const partitions: Partitions[] = []
  const subjects: Subject[] = [{ population: EVEN, key: EVEN, stored: even(), written: even() }]
  for (const population of populations(seed)) {
    say(`${population.name}: placing the partitions of ${population.dialogs.length} dialogs ...`)
    for (const key of KEYS) {
      const footprint = footprintOf(population, key, seed)
      partitions.push(footprint.partitions)
      subjects.push(footprint)
    }
  }
  const balances: Balance[] = []
  for (const rings of ringsOf(seed, say)) balances.push(...subjects.map((subject) => balance(subject, rings)))
  return { partitions, balances, spokes: spokesOf(subjects, seed) }
}

const footprintOf = ({ name, dialogs }: Population, key: Key, seed: number) => {
  const random = randomFrom(seed)
  const footprints = dialogs.map((dialog) => key.of(dialog, random))
  const stored = place(footprints.flatMap((footprint) => footprint.stored))
  const written = place(footprints.flatMap((footprint) => footprint.written))
  const partitions: Partitions = {
    population: name,
    key: key.name,
    count: stored.positions.length,
    largestRows: stored.heaviest,
    hottestWrites: written.heaviest,
    page: mean(footprints, ({ page }) => page) ?? 0,
    longestPage: max(footprints, ({ page }) => page) ?? 0,
    pageOfTheHottest: max(footprints, ({ pageWhileWritten }) => pageWhileWritten) ?? 0,
  }
  return { population: name, key: key.name, stored, written, partitions }
}

const even = (): Placed => ({
  positions: Float64Array.from(
    { length: EVEN_PARTITIONS },
    (_, i) => ((i + 0.5) / EVEN_PARTITIONS - 0.5) * 2 * HALF_THE_RING,
  ),
  sums: Float64Array.from({ length: EVEN_PARTITIONS + 1 }, (_, i) => i),
  heaviest: 1,
})

const ringsOf = function* (seed: number, say: Say): Generator<Rings> {
  for (const [ring, kind] of Object.entries(RING_KINDS)) {
    say(`${ring}: ${RINGS_OF_A_SIZE} rings of each size ...`)
    for (const nodes of NODES) {
      const growing = Array.from({ length: RINGS_OF_A_SIZE }, (_, i) => kind(nodes, seed + i))
      yield { ring, nodes, growing }
    }
  }
}

const balance = ({ population, key, stored, written }: Subject, { ring, nodes, growing }: Rings): Balance => {
  const taken = growing.map(({ grown }) => moved(stored, grown))
  return {
    population,
    key,
    ring,
    nodes,
    rows: median(growing, (rings) => busiest(loads(stored, rings.ring))) ?? 0,
    writes: median(growing, (rings) => busiest(loads(written, rings.ring))) ?? 0,
    moved: median(taken) ?? 0,
    movedMost: Math.max(...taken),
  }
}

const spokesOf = (subjects: Subject[], seed: number): Spoke[] =>
  subjects
    .filter(({ population }) => population === TORRENT)
    .flatMap(({ key, written }) =>
      Array.from(loads(written, tablets(SPOKES, seed).ring), (writes, node) => ({ key, node, writes })),
    )
