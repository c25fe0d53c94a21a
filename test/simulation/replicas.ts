/** A simulated cluster: replicas in data centres, quorums, and writes that are late, lost, doubled or in doubt. */
import type { DialogId, OwnerId } from '../../lib/model/ids.ts'
import type { Message } from '../../lib/model/message.ts'
import type { Bucket } from '../../lib/timeline/bucket.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Time } from './time.ts'

export type Cell = { unixMs: number; writtenAt: number }
/** Of an index row that is removed, which nothing brings back. */
export const REMOVED: Cell = { unixMs: 0, writtenAt: Number.POSITIVE_INFINITY }
export type Replica = {
  dataCentre: number
  messages: Map<string, Map<string, Message>>
  index: Map<string, Map<number, Cell | undefined>>
  /** By partition and key. */
  registers: Map<string, Map<string, Register>>
}
/** A value whose timestamp is made of it; a removal has one, too. */
export type Register = { timestamp: number; value?: string }
export type Apply = (replica: Replica) => void

export const putMessage =
  (dialog: DialogId, bucket: Bucket, message: Message): Apply =>
  ({ messages }) => {
    const partition = `${dialog.toString('hex')}:${bucket}`
    const rows = messages.get(partition) ?? new Map<string, Message>()
    messages.set(partition, rows.set(message.id, { ...message }))
  }

/** Of two cells, the one that was written later wins. */
export const putRow =
  (owner: OwnerId, bucket: Bucket, cell?: Cell): Apply =>
  ({ index }) => {
    const rows = index.get(owner.toString('hex')) ?? new Map<number, Cell | undefined>()
    index.set(owner.toString('hex'), rows.set(bucket, later(rows.get(bucket), cell)))
  }

export const putRegister =
  (partition: string, key: string, register: Register): Apply =>
  ({ registers }) => {
    const rows = registers.get(partition) ?? new Map<string, Register>()
    registers.set(partition, rows.set(key, greater(rows.get(key), register)))
  }

/** As both engines order ties: a removal first, then by value. */
export const greater = (one: Register | undefined, other: Register): Register => {
  if (!one || one.timestamp !== other.timestamp) return one && one.timestamp > other.timestamp ? one : other
  if (one.value === undefined || other.value === undefined) return { timestamp: one.timestamp }
  return one.value > other.value ? one : other
}

export const later = (a: Cell | undefined, b: Cell | undefined) =>
  a && (!b || a.writtenAt > b.writtenAt || (a.writtenAt === b.writtenAt && a.unixMs > b.unixMs)) ? a : b

export type Outcome = 'done' | 'not written' | 'in doubt'
/** `from` is the coordinator's data centre. */
export type Write = {
  from: number
  isIndex: boolean
  isEverywhere: boolean
  timeoutMs: number
  apply: Apply
  /** The dialog that it is about, if that is watched. */
  about?: string
  /** The walk whose repair it is: that walk waits for it, and so may not be affected by it, unless it is in doubt. */
  repairIn?: object
}

/**
 * From when some replica of a data centre has a write about a dialog until a quorum has: reads may or may not see it.
 * Without end: until a repair.
 */
export type Unsettled = {
  about: string
  dataCentre: number
  fromMs: number
  untilMs: number
  /** The walk that has waited for this write. */
  repairIn?: object | undefined
}

const REPLICAS = 3
const QUORUM = 2

export type Cluster = ReturnType<typeof openCluster>

export const openCluster = (time: Time, random: Random, dataCentres: number, faults: () => Faults) => {
  const replicas: Replica[] = Array.from({ length: REPLICAS * dataCentres }, (_, index) => ({
    dataCentre: Math.floor(index / REPLICAS),
    messages: new Map(),
    index: new Map(),
    registers: new Map(),
  }))
  const everything: Apply[] = []
  const unsettled: Unsettled[] = []
  const goesWrong = (probability: number, isIndex: boolean) =>
    random.chance(probability * (isIndex ? faults().indexFactor : 1))
  /** Undefined: not before a repair. */
  const delayTo = ({ dataCentre }: Replica, { from, isIndex }: Write): number | undefined => {
    const isNear = dataCentre === from
    const way = isNear ? random.between(0, 4) : random.between(20, 80)
    if (!isNear && random.chance(faults().cut)) return way + random.between(1_000, 15_000)
    if (goesWrong(faults().lost, isIndex)) return undefined
    if (goesWrong(faults().late, isIndex)) return way + random.between(50, 1_000)
    return goesWrong(faults().veryLate, isIndex) ? way + random.between(1_000, 30_000) : way
  }
  const applyAt = (
    unixMs: number,
    replica: Replica,
    apply: Apply,
    acknowledge?: (replica: Replica) => void,
  ) =>
    time.at(unixMs, () => {
      apply(replica)
      acknowledge?.(replica)
      return false
    })
  /** Returns the milliseconds that the write takes to get there. */
  const send = (replica: Replica, write: Write, acknowledge: (replica: Replica) => void): number => {
    const delay = delayTo(replica, write)
    if (delay === undefined) return Number.POSITIVE_INFINITY
    applyAt(time.now() + delay, replica, write.apply, acknowledge)
    if (goesWrong(faults().doubled, write.isIndex))
      applyAt(time.now() + delay + random.between(1, 20_000), replica, write.apply)
    return delay
  }
  const watched = (about: string, delays: number[]): Unsettled[] => {
    const all: Unsettled[] = []
    for (let dataCentre = 0; dataCentre < dataCentres; dataCentre += 1) {
      const here = delays.filter((_, index) => replicas[index]?.dataCentre === dataCentre)
      const [first, quorum] = here.sort((one, other) => one - other) as [number, number]
      all.push({ about, dataCentre, fromMs: time.now() + first, untilMs: time.now() + quorum })
    }
    return all
  }
  /** Calls `done` once each data centre that the write waits for has a quorum. */
  const acknowledged = ({ from, isEverywhere }: Write, done: () => boolean) => {
    const missing = Array.from({ length: dataCentres }, (_, dataCentre): number =>
      dataCentre === from || isEverywhere ? QUORUM : 0,
    )
    return ({ dataCentre }: Replica) => {
      missing[dataCentre] = (missing[dataCentre] ?? 0) - 1
      if (missing.every((count) => count <= 0)) time.at(time.now() + random.between(0, 3), done)
    }
  }
  const write = (one: Write): Promise<Outcome> =>
    new Promise((resolve) => {
      const end = time.once(resolve)
      if (goesWrong(faults().notWritten, one.isIndex)) return time.at(time.now() + 2, end('not written'))
      everything.push(one.apply)
      const acknowledge = acknowledged(one, end('done'))
      const delays = replicas.map((replica) => send(replica, one, acknowledge))
      const watching = one.about === undefined ? [] : watched(one.about, delays)
      unsettled.push(...watching.map((each) => ({ ...each, repairIn: one.repairIn })))
      const lastMs = goesWrong(faults().unanswered, one.isIndex) ? 1 : one.timeoutMs
      time.at(time.now() + lastMs, () => {
        const isInDoubt = end('in doubt')()
        if (one.repairIn && isInDoubt) unsettled.push(...watching)
        return isInDoubt
      })
    })
  const twoOf = (local: Replica[]) => {
    local.splice(random.between(0, REPLICAS - 1), 1)
    return local
  }
  /**
   * What replicas hold, each at a time of its own: two local ones, or all of all data centres; undefined: no answer in
   * time.
   */
  const read = <T>(
    from: number,
    timeoutMs: number,
    look: (replica: Replica) => T,
    isByAll = false,
  ): Promise<T[] | undefined> =>
    new Promise((resolve) => {
      const end = time.once(resolve)
      const asked = isByAll ? replicas : twoOf(replicas.filter(({ dataCentre }) => dataCentre === from))
      const answers: T[] = []
      for (const replica of asked) {
        const isSlow = random.chance(faults().slowRead)
        const way = isSlow ? random.between(100, 1_600) : random.between(0, 4)
        time.at(time.now() + way, () => {
          answers.push(look(replica))
          const back = isSlow ? random.between(0, 900) : random.between(0, 3)
          if (answers.length === asked.length) time.at(time.now() + back, end(answers))
          return false
        })
      }
      time.at(time.now() + timeoutMs, end(undefined))
    })
  /** Every replica gets every write that was ever begun. */
  const repair = () => {
    for (const one of unsettled) one.untilMs = Math.min(one.untilMs, time.now())
    for (const apply of everything) for (const replica of replicas) apply(replica)
  }
  /** As if written long ago. */
  const onAllReplicas = (apply: Apply) => replicas.forEach(apply)
  return { write, read, onAllReplicas, repair, unsettled }
}
