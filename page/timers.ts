/** Timers with names: a new one takes the place of the last of its name. */

/** @returns how to stop it */
export type After = (ms: number, work: () => void) => () => void

export const after: After = (ms, work) => {
  const timer = setTimeout(work, ms)
  return () => clearTimeout(timer)
}

export class Timers {
  private readonly after: After
  private readonly running = new Map<string, () => void>()

  constructor(after: After) {
    this.after = after
  }

  set(name: string, ms: number, work: () => void): void {
    this.drop(name)
    this.running.set(name, this.after(ms, work))
  }

  drop(name: string): void {
    this.running.get(name)?.()
    this.running.delete(name)
  }

  dropAll(): void {
    for (const name of [...this.running.keys()]) this.drop(name)
  }
}
