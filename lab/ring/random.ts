/** Chance that is the same at every run: SplitMix64, which public test vectors describe. */

export type Random = () => number

const UNIT = 2 ** -53
const u64 = (value: bigint) => BigInt.asUintN(64, value)

/** 64 random bits a call. */
export const bitsFrom = (seed: bigint): (() => bigint) => {
  let state = seed
  return () => {
    state = u64(state + 0x9e3779b97f4a7c15n)
    let z = state
    z = u64((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
    z = u64((z ^ (z >> 27n)) * 0x94d049bb133111ebn)
    return z ^ (z >> 31n)
  }
}

/** Numbers from 0 to below 1. */
export const randomFrom = (seed: bigint): Random => {
  const bits = bitsFrom(seed)
  return () => Number(bits() >> 11n) * UNIT
}

/** How long to wait for what happens, on average, once in `mean`. */
export const waiting = (mean: number, random: Random): number => -Math.log(1 - random()) * mean
