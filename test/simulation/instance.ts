/** An instance of the service: its clock, its freezes, its end, and the port of each of its requests. */
import type { Facts } from '../../lib/call.ts'
import type { Context } from '../../lib/context.ts'
import { portOf } from './port.ts'
import type { Setting } from './setting.ts'

export type Instance = ReturnType<typeof startInstance>
export type Reply<T> = { result: T } | { error: unknown }

const DEADLINE_MS = 4_500

export const startInstance = (
  setting: Setting,
  { name, dataCentre, offsetMs }: { name: string; dataCentre: number; offsetMs: number },
) => {
  const { time, dice, product, rules, trace } = setting
  const state = { offsetMs, frozenUntil: 0, frozenMs: 0, isDead: false, hasStepped: false, dropped: 0 }
  const memory = product.emptyDialogMemory()
  const clock: Context['clock'] = {}
  const now = () => time.now() + state.offsetMs
  /** Stands still while the instance is frozen. */
  const monotonic = () => time.now() - state.frozenMs
  const freeze = () => {
    const ms = dice.between(300, 6_000)
    trace(`${name} freezes for ${ms} ms`)
    state.frozenUntil = time.now() + ms
    state.frozenMs += ms
  }
  /** Goes on when the instance is awake; never once it is dead. */
  const awake = () =>
    new Promise<void>((resolve) => {
      const goOn = () => {
        if (state.isDead) return
        if (time.now() < state.frozenUntil) return time.at(state.frozenUntil, goOn)
        resolve()
      }
      goOn()
    })
  /** Between any two statements an instance may freeze, or die. */
  const pause = async () => {
    if (time.now() >= state.frozenUntil && dice.chance(0.008 * setting.trouble)) freeze()
    if (dice.chance(0.0015 * setting.trouble)) {
      trace(`${name} dies`)
      state.isDead = true
    }
    await awake()
  }
  const log = {
    warn: () => undefined,
    error: (facts: object, message: string) => {
      if (message.includes('left out')) state.dropped += 1
      trace(`${name} logs ${message} ${JSON.stringify(facts)}`)
    },
  } as unknown as Context['log']
  /** A reply; none if the instance dies. What was decided is the reply when the deadline passes. */
  const serve = <T>(work: (ctx: Context) => Promise<T>): Promise<Reply<T>> =>
    new Promise((resolve) => {
      const end = monotonic() + DEADLINE_MS
      const call: { decided?: { result: unknown }; facts: Facts } = { facts: {} }
      const ctx = {
        store: portOf(setting, { name, dataCentre, now, pause, remainingMs: () => end - monotonic() }),
        clock,
        now,
        monotonic,
        random: dice.bytes,
        log,
        rules,
        memory,
        note: (facts: Facts) => void Object.assign(call.facts, facts),
        decide: (result: unknown) => {
          call.decided = { result }
        },
      }
      work(ctx).then(
        (result) => resolve({ result }),
        (error) => resolve({ error }),
      )
      const atDeadline = () => {
        if (state.isDead) return
        if (monotonic() < end) return time.at(time.now() + end - monotonic(), atDeadline)
        resolve(
          (call.decided as { result: T } | undefined) ?? { error: new Error('the deadline has passed') },
        )
      }
      time.at(time.now() + DEADLINE_MS, atDeadline)
    })
  const step = (newOffsetMs: number) => {
    trace(`${name}'s clock steps from ${state.offsetMs} to ${newOffsetMs}`)
    state.offsetMs = newOffsetMs
    state.hasStepped = true
  }
  return { name, dataCentre, state, serve, step }
}
