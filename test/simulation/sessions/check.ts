/** Checks what the service answered against the guarantees: no honest session is lost, and none that has ended goes on. */
import { REPEAT_MS } from '../../../lib/accounts/rotate.ts'
import { MAX_CLOCK_SKEW_MS } from '../check.ts'
import type { Answer, World } from './world.ts'

/** How long a request takes at most, from its arrival, or its sending if that is not known. */
const WORK_MS = 20_000

export const check = (world: World): string[] => [
  ...lostHonestSession(world),
  ...wentOnAfterTheEnd(world),
  ...notWithdrawn(world),
  ...repeatedTooLate(world),
]

/** Whether the session's time is not up yet, for any instance. */
const isInTime = ({ answeredMs }: Answer, { sessionEndsMs }: World) =>
  answeredMs < sessionEndsMs - MAX_CLOCK_SKEW_MS
const isRefused = ({ outcome }: Answer) => outcome === 'refused'
const isGranted = ({ outcome }: Answer) => typeof outcome === 'number' || outcome === 'kept'

const lostHonestSession = (world: World) => {
  const { answers, signedOutMs } = world
  if (signedOutMs !== undefined || answers.some(({ by }) => by === 'thief')) return []
  return answers
    .filter((answer) => isRefused(answer) && isInTime(answer, world))
    .slice(0, 1)
    .map(({ answeredMs }) => `an honest session ended at ${answeredMs}`)
}

/** Neither after a refusal, nor after its user has signed out, nor after its time is up. */
const wentOnAfterTheEnd = ({ answers, signedOutMs = Infinity, sessionEndsMs }: World) => {
  const firstRefusalMs = answers.find(isRefused)?.answeredMs ?? Infinity
  const endedMs = Math.min(firstRefusalMs, signedOutMs, sessionEndsMs + MAX_CLOCK_SKEW_MS)
  return answers
    .filter((answer) => isGranted(answer) && answer.sentMs > endedMs + WORK_MS)
    .slice(0, 1)
    .map(({ by, sentMs }) => `the ${by} refreshed a session at ${sentMs} that had ended at ${endedMs}`)
}

/** Whoever is told that a session has ended before its time can rely on its access tokens being void. */
const notWithdrawn = (world: World) =>
  world.answers
    .filter((answer) => isRefused(answer) && isInTime(answer, world) && !answer.wasWithdrawn)
    .slice(0, 1)
    .map(({ answeredMs }) => `refused at ${answeredMs}, but not withdrawn`)

/** A token is handed out when it is new, or shortly after: a late repeat must not get what another has used. */
const repeatedTooLate = ({ answers, table }: World) =>
  answers
    .filter(({ outcome, sentMs }) => {
      const begunMs = typeof outcome === 'number' ? table.begun.get(outcome) : undefined
      return begunMs !== undefined && sentMs > begunMs + REPEAT_MS + MAX_CLOCK_SKEW_MS
    })
    .slice(0, 1)
    .map(
      ({ by, sentMs, outcome }) => `the ${by}, asking at ${sentMs}, got the token ${outcome} of long before`,
    )
