/** A simulated cluster: replicas in data centres, quorums, and writes that are slow, late, lost, doubled or in doubt. */
import type { Message } from '../../lib/dialog/message.ts'
import type { Dice } from './dice.ts'
import type { Time } from './time.ts'

export type Cell = { unixMs: number; writtenAt: number }
export type Replica = {
  dataCentre: number
  messages: Map<string, Map<string, Message>>
  index: Map<string, Map<number, Cell | undefined>>
}
type Apply = (replica: Replica) => void
export type Outcome = 'done' | 'not written' | 'in doubt'

const REPLICAS = 3
const QUORUM = 2

export type Cluster = ReturnType<typeof openCluster>

/** @param trouble 0: nothing goes wrong; 1: as bad as it gets */
export const openCluster = (time: Time, dice: Dice, dataCentres: number, trouble: number) => {
  const replicas: Replica[] = Array.from({ length: REPLICAS * dataCentres }, (_, index) => ({
    dataCentre: Math.floor(index / REPLICAS),
    messages: new Map(),
    index: new Map(),
  }))
  const everything: Apply[] = []
  /** Undefined: never, until a repair. */
  const delayTo = (replica: Replica, from: number): number | undefined => {
    const isNear = replica.dataCentre === from
    const way = isNear ? dice.between(0, 4) : dice.between(20, 80)
    // A link between data centres may be cut for longer than any clock or plan is wrong.
    if (!isNear && dice.chance(0.3 * trouble)) return way + dice.between(1_000, 15_000)
    if (!dice.chance(0.12 * trouble)) return way
    return dice.pick([way + dice.between(50, 1_000), way + dice.between(1_000, 30_000), undefined])
  }
  /** Calls back once each data centre that is waited for has its quorum. */
  const acknowledged = (from: number, isEverywhere: boolean, done: () => void) => {
    const missing = Array.from({ length: dataCentres }, (_, dataCentre): number =>
      dataCentre === from || isEverywhere ? QUORUM : 0,
    )
    return ({ dataCentre }: Replica) => {
      missing[dataCentre] = (missing[dataCentre] ?? 0) - 1
      if (missing.every((count) => count <= 0)) time.at(time.now() + dice.between(0, 3), done)
    }
  }
  const send = (replica: Replica, from: number, apply: Apply, acknowledge: (replica: Replica) => void) => {
    const delay = delayTo(replica, from)
    if (delay === undefined) return
    time.at(time.now() + delay, () => {
      apply(replica)
      acknowledge(replica)
    })
    if (!dice.chance(0.05 * trouble)) return
    time.at(time.now() + delay + dice.between(1, 20_000), () => apply(replica))
  }
  const write = (from: number, isEverywhere: boolean, timeoutMs: number, apply: Apply): Promise<Outcome> =>
    new Promise((resolve) => {
      if (dice.chance(0.02 * trouble)) return time.at(time.now() + 2, () => resolve('not written'))
      everything.push(apply)
      const acknowledge = acknowledged(from, isEverywhere, () => resolve('done'))
      for (const replica of replicas) send(replica, from, apply, acknowledge)
      // A coordinator may also die with its answer.
      const lastMs = dice.chance(0.02 * trouble) ? 1 : timeoutMs
      time.at(time.now() + lastMs, () => resolve('in doubt'))
    })
  /** What two of the local replicas have, each at a moment of its own; undefined: no answer in time. */
  const read = <T>(
    from: number,
    timeoutMs: number,
    look: (replica: Replica) => T,
  ): Promise<T[] | undefined> =>
    new Promise((resolve) => {
      const local = replicas.filter(({ dataCentre }) => dataCentre === from)
      local.splice(dice.between(0, REPLICAS - 1), 1)
      const answers: T[] = []
      for (const replica of local) {
        const isSlow = dice.chance(0.05 * trouble)
        const way = isSlow ? dice.between(100, 1_600) : dice.between(0, 4)
        time.at(time.now() + way, () => {
          answers.push(look(replica))
          if (answers.length < QUORUM) return
          time.at(time.now() + (isSlow ? dice.between(0, 900) : dice.between(0, 3)), () => resolve(answers))
        })
      }
      time.at(time.now() + timeoutMs, () => resolve(undefined))
    })
  /** Every replica gets everything that was ever begun. */
  const repair = () => {
    for (const apply of everything) for (const replica of replicas) apply(replica)
  }
  return { write, read, repair }
}
