/** Claims of keys in the simulated cluster: one register a key, each statement on it at one moment, whoever hears of it. */
import type { Claim } from '../../lib/store/store.ts'
import type { Dice } from './dice.ts'
import type { Faults } from './faults.ts'
import type { Outcome } from './replicas.ts'
import type { Time } from './time.ts'

export type Claimed = Outcome | 'not applied'
/** `halfWay`: accepted by too few replicas to be decided. Nobody but the next statement finds out, or decides it. */
type Register = { decided?: Claim; halfWay?: Claim }

export type Claims = ReturnType<typeof openClaims>

/**
 * One register a name, and a name has its data centre in it: LOCAL_SERIAL asks the replicas of one.
 * The rounds of a transaction are not played, only what they promise: statements on a register have an order, and each
 * either finishes what it finds half way, or sees to it that it never counts.
 */
export const openClaims = (time: Time, dice: Dice, faults: () => Faults) => {
  const registers = new Map<string, Register>()
  /** The registers whose claim has expired, each time: the key was new again. */
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
    if (dice.chance(0.5)) finish(register)
    delete register.halfWay
  }
  /** Its coordinator may get it decided yet, if nobody else has begun a statement. */
  const leaveHalfWay = (register: Register, mine: Claim) => {
    register.halfWay = mine
    if (dice.chance(0.5)) return
    time.at(time.now() + dice.between(1, 10_000), () => {
      if (register.halfWay === mine) finish(register)
      return false
    })
  }
  const expire = (name: string) => {
    delete registerOf(name).decided
    expired.push(name)
  }
  /** What becomes of a claim at its moment; undefined: nobody will say. */
  const decide = (name: string, mine: Claim): Claimed | undefined => {
    const register = registerOf(name)
    settle(register)
    if (register.decided) {
      if (dice.chance(faults().expired)) expire(name)
      return 'not applied'
    }
    if (dice.chance(faults().halfWay)) {
      leaveHalfWay(register, mine)
      return dice.chance(0.5) ? 'in doubt' : undefined
    }
    register.decided = mine
    return 'done'
  }
  /** Four rounds among replicas that are near. */
  const wayMs = () => (dice.chance(faults().slowRead) ? dice.between(100, 2_000) : dice.between(2, 16))
  const backMs = () => dice.between(0, 3)
  const claim = (name: string, mine: Claim, timeoutMs: number): Promise<Claimed> =>
    new Promise((resolve) => {
      const end = time.once(resolve)
      if (dice.chance(faults().notWritten)) return time.at(time.now() + 2, end('not written'))
      time.at(time.now() + wayMs(), () => {
        // Two statements of one request make the same claim, and yet are two.
        const outcome = decide(name, { ...mine })
        if (outcome) time.at(time.now() + backMs(), end(outcome))
        return false
      })
      const lastMs = dice.chance(faults().unanswered) ? 1 : timeoutMs
      time.at(time.now() + lastMs, end('in doubt'))
    })
  /** Undefined: no answer in time. None: the key is free. */
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
