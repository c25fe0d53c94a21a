/** Dialogs that are not loaded yet: remembered, and tried again until they are. */
import { backoffMs } from './backoff.ts'
import { Refused } from './request.ts'
import type { After } from './timers.ts'

/** `refusal`: why there is no use in trying again. */
export type Unloaded = { failures: number; refusal?: string }

type Surroundings = {
  /** @throws Refused */
  load: (person: string) => Promise<void>
  random: () => number
  after: After
  onChange: (unloaded: Map<string, Unloaded>) => void
}

export class Loading {
  private readonly around: Surroundings
  private readonly unloaded = new Map<string, Unloaded>()
  /** How to stop waiting for the next attempt. */
  private readonly waiting = new Map<string, () => void>()
  private isStopped = false

  constructor(around: Surroundings) {
    this.around = around
  }

  /** At once, also if it is waiting to be tried again. */
  async load(person: string): Promise<void> {
    this.stopWaiting(person)
    const failures = this.unloaded.get(person)?.failures ?? 0
    this.note(person, { failures })
    try {
      await this.around.load(person)
      this.stopWaiting(person)
      this.note(person, undefined)
    } catch (error) {
      this.failed(person, failures, error)
    }
  }

  /** All that wait, since the service has just answered. */
  tryAgain(): void {
    for (const person of [...this.waiting.keys()]) void this.load(person)
  }

  stop(): void {
    this.isStopped = true
    for (const person of [...this.waiting.keys()]) this.stopWaiting(person)
  }

  private failed(person: string, before: number, error: unknown) {
    const failures = before + 1
    if (error instanceof Refused && error.isFinal)
      return this.note(person, { failures, refusal: error.message })
    this.note(person, { failures })
    if (this.isStopped) return
    this.stopWaiting(person)
    const { retryAfterMs = 0 } = error instanceof Refused ? error : {}
    const waitMs = retryAfterMs + backoffMs(before, 0, this.around.random())
    this.waiting.set(
      person,
      this.around.after(waitMs, () => void this.load(person)),
    )
  }

  private stopWaiting(person: string) {
    this.waiting.get(person)?.()
    this.waiting.delete(person)
  }

  private note(person: string, unloaded: Unloaded | undefined) {
    if (unloaded) this.unloaded.set(person, unloaded)
    else this.unloaded.delete(person)
    this.around.onChange(new Map(this.unloaded))
  }
}
