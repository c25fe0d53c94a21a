/** What one experiment found: counts, and everything that was wrong, for people and for programs. */
import { type Flaw, KINDS } from './flaw.ts'
import type { Listing } from './listing.ts'
import { forbiddenAnswers } from './refused.ts'
import { acknowledgementOf, dialogOf, type Sent } from './sent.ts'

/** On the time axis of the run, and by the clock of the tries. Each begins a phase, and the last one ends it. */
export type Event = { atSeconds: number; atMs: number; what: string }
export type Report = ReturnType<typeof reportOf>

export const reportOf = (
  experiment: string,
  events: Event[],
  sent: Sent[],
  listings: Listing[],
  flaws: Flaw[],
  leastInAPhase: number,
) => {
  const tries = sent.flatMap((one) => one.tries)
  const acknowledged = sent.filter(acknowledgementOf)
  const toldMs = acknowledged.map((one) => acknowledgementOf(one)?.endedMs ?? 0).sort((a, b) => a - b)
  const forbidden = forbiddenAnswers(sent)
  const phases = events.slice(0, -1).map(({ what, atMs }, index) => ({
    since: what,
    acknowledged: toldMs.filter((told) => told >= atMs && told < (events[index + 1]?.atMs ?? 0)).length,
  }))
  const unshown = phases
    .filter((phase) => phase.acknowledged < leastInAPhase)
    .map((phase) => `nothing is shown by ${phase.acknowledged} acknowledgements since: ${phase.since}`)
  const wrong = KINDS.map((kind) => [kind, flaws.filter((flaw) => flaw.kind === kind)] as const)
  return {
    experiment,
    events,
    phases,
    messages: sent.length,
    dialogs: new Set(sent.map(dialogOf)).size,
    tries: tries.length,
    acknowledged: acknowledged.length,
    /** By how many tries a message had. */
    messagesByTries: countBy(sent, (one) => one.tries.length),
    /** Messages that were acknowledged more than once. */
    toldAgain: acknowledged.filter((one) => one.tries.filter(({ status }) => status === 200).length > 1)
      .length,
    answers: countBy(tries, ({ status }) => status),
    longestSilenceSeconds: Math.max(0, ...toldMs.map((at, i) => at - (toldMs[i - 1] ?? at))) / 1_000,
    listed: countListed(listings),
    /** Messages, not findings: one may be missing in both directions. */
    wrong: Object.fromEntries(
      wrong.map(([kind, found]) => [kind, new Set(found.map(({ what }) => what)).size]),
    ),
    forbiddenAnswers: forbidden.length,
    findings: [
      ...flaws.map(({ kind, what, where }) => `${kind}: ${what}: ${where}`),
      ...forbidden,
      ...unshown,
    ],
    passed: flaws.length + forbidden.length + unshown.length === 0,
  }
}

const countBy = <Item>(items: Item[], by: (item: Item) => string | number): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(items, by)].map(([name, found]) => [name, found.length]))

const countListed = (listings: Listing[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(listings, ({ direction }) => direction)].map(([direction, found]) => [
      direction,
      found.reduce((sum, { messages }) => sum + messages.length, 0),
    ]),
  )
