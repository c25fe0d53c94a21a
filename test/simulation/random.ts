/** The random choices of a run, all from one seed (mulberry32). */

export type Random = {
  chance: (probability: number) => boolean
  /** A whole number, both ends included. */
  between: (minimum: number, maximum: number) => number
  pick: <T>(items: readonly T[]) => T
  bytes: (count: number) => Uint8Array
}

export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (minimum: number, maximum: number) => minimum + Math.floor(next() * (maximum - minimum + 1))
  return {
    chance: (probability) => next() < probability,
    between,
    pick: <T>(items: readonly T[]) => items[between(0, items.length - 1)] as T,
    bytes: (count) => Uint8Array.from({ length: count }, () => between(0, 255)),
  }
}
