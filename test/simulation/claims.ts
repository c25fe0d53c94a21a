/** Claims of keys in the simulated cluster: one linearizable register for each key. */
import type { Claim } from '../../lib/store/store.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Outcome } from './replicas.ts'
import type { Time } from './time.ts'

export type Claimed = Outcome | 'not applied'
/** `halfWay`: accepted by too few replicas to be decided. Only the next statement discovers and decides it. */
type Register = { decided?: Claim; halfWay?: Claim }

export type Claims = ReturnType<typeof openClaims>

/**
 * One register for each name, which includes the data centre: LOCAL_SERIAL is a consensus within one.
 * The rounds of a transaction are not simulated, only their guarantee: statements on a register have an order, and each of
 * them either completes the claim that it finds half way, or makes sure that it never takes effect.
 */
export const openClaims = (time: Time, random: Random, faults: () => Faults) => {
  const registers = new Map<string, Register>()
  /** The registers whose claim has expired, once for each time: the key was new again. */
  const expired: string[] = []
  const registerOf = (name: string): Register => {
    const register = registers.get(name) ?? {}
    registers.set(name, register)
    return register
  }
  const finish = (register: Register) => {
    if (register.halfWay) register.decided = register.halfWay
    delete register.halfWay
  }
  const settle = (register: Register) => {
    if (random.chance(0.5)) finish(register)
    delete register.halfWay
  }
  /** The coordinator may still get it decided, unless another statement begins first. */
  const leaveHalfWay = (register: Register, mine: Claim) => {
    register.halfWay = mine
    if (random.chance(0.5)) return
    time.at(time.now() + random.between(1, 10_000), () => {
      if (register.halfWay === mine) finish(register)
      return false
    })
  }
  const expire = (name: string) => {
    delete registerOf(name).decided
    expired.push(name)
  }
  /** The outcome of a claim when it takes effect; undefined: the client never learns it. */
  const decide = (name: string, mine: Claim): Claimed | undefined => {
    const register = registerOf(name)
    settle(register)
    if (register.decided) {
      if (random.chance(faults().expired)) expire(name)
      return 'not applied'
    }
    if (random.chance(faults().halfWay)) {
      leaveHalfWay(register, mine)
      return random.chance(0.5) ? 'in doubt' : undefined
    }
    register.decided = mine
    return 'done'
  }
  /** Four rounds between replicas of one data centre. */
  const wayMs = () => (random.chance(faults().slowRead) ? random.between(100, 2_000) : random.between(2, 16))
  const backMs = () => random.between(0, 3)
  const claim = (name: string, mine: Claim, timeoutMs: number): Promise<Claimed> =>
    new Promise((resolve) => {
      const end = time.once(resolve)
      if (random.chance(faults().notWritten)) return time.at(time.now() + 2, end('not written'))
      time.at(time.now() + wayMs(), () => {
        // Two statements of one request make equal claims, which are still two.
        const outcome = decide(name, { ...mine })
        if (outcome) time.at(time.now() + backMs(), end(outcome))
        return false
      })
      const lastMs = random.chance(faults().unanswered) ? 1 : timeoutMs
      time.at(time.now() + lastMs, end('in doubt'))
    })
  /** Undefined: no answer in time. Empty: the key is free. */
  const read = (name: string, timeoutMs: number): Promise<Claim[] | undefined> =>
    new Promise((resolve) => {
      const end = time.once(resolve)
      time.at(time.now() + wayMs(), () => {
        const register = registerOf(name)
        settle(register)
        time.at(time.now() + backMs(), end(register.decided ? [register.decided] : []))
        return false
      })
      time.at(time.now() + timeoutMs, end(undefined))
    })
  return { claim, read, expired }
}
