/** The faults of a run, and how frequent they are. */
import type { Random } from './random.ts'

/** Probabilities: for each write to a replica, each statement, each pause between two, or each interval. */
export type Faults = {
  /** A replica does not get a write before it is repaired. */
  lost: number
  /** A replica gets a write only after up to a second, or up to half a minute. */
  late: number
  veryLate: number
  doubled: number
  /** The link to another data centre is down, for longer than any clock or plan is wrong. */
  cut: number
  notWritten: number
  /** The coordinator dies before it answers. */
  unanswered: number
  slowRead: number
  /** A claim is neither decided nor lost: the next statement on its key finds it. */
  halfWay: number
  /** A claim expires right after a statement finds that the key is taken, and before that claim is read. */
  expired: number
  /** How much more frequent these faults are for rows of the index. */
  indexFactor: number
  frozen: number
  dead: number
  /** A step of what follows a reply about an inbox is not done. */
  abandoned: number
  /** A clock steps within bounds. */
  stepped: number
  /** A clock is far out of bounds, from an instance's start or after a step, until it is corrected. */
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
  abandoned: 0,
  stepped: 0,
  outOfBounds: 0,
}

/**
 * Each run omits some kinds of fault and exaggerates others: all kinds at once would mask what one kind alone can cause
 * (swarm testing: Groce et al., ISSTA 2012).
 */
export const drawFaults = ({ pick, chance }: Random, keyRandom: Random): Faults => {
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
    halfWay: keyRandom.pick([0, 0.1, 0.4]),
    expired: keyRandom.pick([0, 0, 0.2]),
    indexFactor: pick([1, 1, 4]),
    frozen: pick([0, 0.002, 0.01]),
    dead: pick([0, 0.0005, 0.002]),
    abandoned: 0,
    stepped: pick([0, 0.05, 0.3]),
    outOfBounds: pick([0, 0.05, 0.2]),
  }
}
