/** An instance of the service: its clock, its freezes, its death, and the port for each of its requests. */
import type { Facts } from '../../lib/call.ts'
import type { Context } from '../../lib/context.ts'
import { NO_METRICS } from '../../lib/metrics/metrics.ts'
import type { Decided } from '../../lib/model/operations.ts'
import { portOf } from './port.ts'
import type { Setting } from './setting.ts'

export type Instance = ReturnType<typeof startInstance>
export type Reply<T> = { result: T } | { error: unknown }

const DEADLINE_MS = 4_500
export const DEADLINE_PASSED = 'the deadline has passed'
/** How long a client waits for a reply. */
const PATIENCE_MS = 6_000
/** How many owners an instance can remember. */
const OWNERS = [1, 10]

export const startInstance = (
  setting: Setting,
  { name, dataCentre, offsetMs }: { name: string; dataCentre: number; offsetMs: number },
) => {
  const { time, random, product, rules, trace } = setting
  const state = { offsetMs, frozenUntil: 0, frozenMs: 0, isDead: false, steps: 0, dropped: 0 }
  trace(`${name} starts, its clock ${offsetMs} ms ahead`)
  const memory = product.emptyBucketMemory(random.pick(OWNERS))
  const clock: Context['clock'] = {}
  const now = () => time.now() + state.offsetMs
  /** Stands still while the instance is frozen. */
  const monotonic = () => time.now() - state.frozenMs
  const freeze = () => {
    const ms = random.between(300, 6_000)
    trace(`${name} freezes for ${ms} ms`)
    state.frozenUntil = time.now() + ms
    state.frozenMs += ms
  }
  /** Resolves when the instance is awake; never once it is dead. */
  const awake = () =>
    new Promise<void>((resolve) => {
      const goOn = () => {
        if (state.isDead) return false
        if (time.now() < state.frozenUntil) time.at(state.frozenUntil, goOn)
        else resolve()
        return true
      }
      goOn()
    })
  /** Between any two statements an instance may freeze, or die. */
  const pause = async () => {
    if (time.now() >= state.frozenUntil && random.chance(setting.faults.frozen)) freeze()
    if (random.chance(setting.faults.dead)) {
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
  /** A reply; none if the instance dies. What follows a decided one holds it up until the deadline, at most. */
  const serve = <T>(
    work: (ctx: Context) => Promise<T | Decided<T>>,
    walk?: object,
  ): Promise<Reply<T> | undefined> =>
    new Promise((resolve) => {
      const reply = time.once(resolve)
      const end = monotonic() + DEADLINE_MS
      const call: { decided?: Reply<T>; facts: Facts } = { facts: {} }
      const decide = (outcome: T | Decided<T>) => {
        // Not instanceof: a mutant has a class of its own.
        const isDecided = typeof outcome === 'object' && outcome && 'followUp' in outcome
        const { result, followUp } = isDecided ? outcome : { result: outcome, followUp: undefined }
        call.decided = { result }
        if (followUp) followUp.then(() => undefined).then(reply({ result }))
        else reply({ result })()
      }
      const ctx = {
        store: portOf(setting, {
          ...{ name, dataCentre, now, pause, walk },
          remainingMs: () => end - monotonic(),
        }),
        clock,
        now,
        monotonic,
        random: random.bytes,
        log,
        metrics: NO_METRICS,
        rules,
        memory,
        note: (facts: Facts) => void Object.assign(call.facts, facts),
      }
      work(ctx).then(decide, (error) => reply({ error })())
      const atDeadline = () => {
        if (state.isDead) return false
        if (monotonic() >= end) return reply(call.decided ?? { error: new Error(DEADLINE_PASSED) })()
        time.at(time.now() + end - monotonic(), atDeadline)
        return false
      }
      time.at(time.now() + DEADLINE_MS, atDeadline)
      time.at(time.now() + PATIENCE_MS, reply(undefined))
    })
  const setClock = (newOffsetMs: number) => {
    trace(`${name}'s clock steps from ${state.offsetMs} to ${newOffsetMs} ms ahead`)
    state.offsetMs = newOffsetMs
    state.steps += 1
  }
  return { name, dataCentre, state, serve, setClock }
}
