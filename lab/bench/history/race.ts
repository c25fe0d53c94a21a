/** Two that do alike, each in turn with the other, round after round: how long they took. */
import { Fault } from '../../../lib/errors.ts'

/** Resolves when it was done as it should be. */
export type Ask = (round: number) => Promise<void>
/** In milliseconds, one a round. */
export type Took = [ours: number[], others: number[]]

/** One of each in a round, the two of a contest one right after the other, taking turns at being the first. */
export const race = async (
  contests: { ask: Ask; other: Ask }[],
  rounds: number,
): Promise<{ took: Took[]; failed: number }> => {
  const took = contests.map((): Took => [[], []])
  let failed = 0
  /** A page that fails has taken its time, too. */
  const timed = async (ask: Ask, round: number, times: number[]) => {
    const beganMs = performance.now()
    await ask(round).catch((error) => {
      onlyFaults(error)
      failed += 1
    })
    times.push(performance.now() - beganMs)
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { ask, other }] of contests.entries()) {
      const [ours, others] = took[index] as Took
      const both = [() => timed(ask, round, ours), () => timed(other, round, others)]
      for (const one of round % 2 === 0 ? both : both.toReversed()) await one()
    }
  }
  return { took, failed }
}

/** What a busy machine may do; a page that is not as it must be ends the run. */
export const onlyFaults = (error: unknown) => {
  if (!(error instanceof Fault)) throw error
}
