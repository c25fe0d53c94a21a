/** The faults of a run of sessions, and how frequent they are. */
import type { Random } from '../random.ts'

/** Probabilities: for each statement, each pause between two, each message on the network, or each interval. */
export type Faults = {
  /** A write is certainly not there. */
  notWritten: number
  /** A write takes effect, and its outcome is not told. */
  unanswered: number
  /** A statement takes up to two seconds, or a write up to eight: it takes effect when nobody waits for it any more. */
  slow: number
  late: number
  /** A transaction is neither decided nor lost: the next statement finds it. */
  halfWay: number
  frozen: number
  dead: number
  /** A clock steps within bounds. */
  stepped: number
  requestLost: number
  replyLost: number
  /** A request or a reply takes seconds. */
  delayed: number
  /** The network, or a proxy, delivers a request again. */
  repeated: number
  /** A client forgets that it has asked, sooner than it would give up; what it has stored stays. */
  crashed: number
}

export const NO_FAULTS: Faults = {
  ...{ notWritten: 0, unanswered: 0, slow: 0, late: 0, halfWay: 0, frozen: 0, dead: 0, stepped: 0 },
  ...{ requestLost: 0, replyLost: 0, delayed: 0, repeated: 0, crashed: 0 },
}

/** Each run omits some kinds of fault and exaggerates others (swarm testing, as in ../faults.ts). */
export const drawFaults = ({ pick }: Random): Faults => ({
  notWritten: pick([0, 0.05, 0.2]),
  unanswered: pick([0, 0.05, 0.3]),
  slow: pick([0, 0.05, 0.3]),
  late: pick([0, 0.05, 0.3]),
  halfWay: pick([0, 0.1, 0.4]),
  frozen: pick([0, 0.02, 0.1]),
  dead: pick([0, 0.01, 0.05]),
  stepped: pick([0, 0.1, 0.5]),
  requestLost: pick([0, 0.05, 0.2]),
  replyLost: pick([0, 0.1, 0.5, 0.9]),
  delayed: pick([0, 0.1, 0.5]),
  repeated: pick([0, 0.1, 0.3]),
  crashed: pick([0, 0.1, 0.3]),
})
