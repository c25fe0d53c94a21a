/** What goes wrong in a run, and how often. */
import type { Dice } from './dice.ts'

/** Probabilities of a write to a replica, of a statement, of a pause between two, or of a while that passes. */
export type Faults = {
  /** A replica never gets a write, until a repair. */
  lost: number
  /** It gets it within a second, or within half a minute. */
  late: number
  veryLate: number
  doubled: number
  /** The link to another data centre is cut, for longer than any clock or plan is wrong. */
  cut: number
  notWritten: number
  /** The coordinator dies with its answer. */
  unanswered: number
  slowRead: number
  /** A claim is neither decided nor forgotten: the next statement on its key finds it. */
  halfWay: number
  /** A claim expires right after a statement was told that the key is taken, and before it asks by whom. */
  expired: number
  /** By how much all this is more frequent for rows of the index. */
  indexFactor: number
  frozen: number
  dead: number
  /** A clock steps within bounds. */
  stepped: number
  /** A clock is far out of bounds, at an instance's start or after a step, until it is set right. */
  outOfBounds: number
}

export const NO_FAULTS: Faults = {
  lost: 0,
  late: 0,
  veryLate: 0,
  doubled: 0,
  cut: 0,
  notWritten: 0,
  unanswered: 0,
  slowRead: 0,
  halfWay: 0,
  expired: 0,
  indexFactor: 1,
  frozen: 0,
  dead: 0,
  stepped: 0,
  outOfBounds: 0,
}

/**
 * Each run leaves out some kinds of fault and exaggerates others: all of them, all the time, would hide what it takes
 * one alone to bring about (swarm testing: Groce et al., ISSTA 2012).
 */
export const drawFaults = ({ pick, chance }: Dice, keyDice: Dice): Faults => {
  if (chance(0.02)) return NO_FAULTS
  return {
    lost: pick([0, 0.03, 0.1]),
    late: pick([0, 0.04, 0.15]),
    veryLate: pick([0, 0.04, 0.15]),
    doubled: pick([0, 0.05, 0.2]),
    cut: pick([0, 0.3, 0.6]),
    notWritten: pick([0, 0.02, 0.06]),
    unanswered: pick([0, 0.02, 0.06]),
    slowRead: pick([0, 0.02, 0.1]),
    halfWay: keyDice.pick([0, 0.1, 0.4]),
    expired: keyDice.pick([0, 0, 0.2]),
    indexFactor: pick([1, 1, 4]),
    frozen: pick([0, 0.002, 0.01]),
    dead: pick([0, 0.0005, 0.002]),
    stepped: pick([0, 0.05, 0.3]),
    outOfBounds: pick([0, 0.05, 0.2]),
  }
}
