/** Lists all dialogs from before inboxes: the whole ring in order of tokens, paced, and from any token on. */
import { backoffMs } from '../backoff.ts'
import { Fault } from '../errors.ts'
import type { DialogId } from '../model/ids.ts'
import { GREATEST_TOKEN, LEAST_TOKEN } from '../store/dialogs.ts'
import type { Page, PagingState } from '../store/store.ts'

/** `from`: all tokens up to this one are done. */
export type Course = { from: bigint; perSecond: number }

export type Ring = {
  dialogsBetween: (after: bigint, upTo: bigint, from?: PagingState) => Promise<Page<DialogId>>
  /** May be repeated. */
  adopt: (dialog: DialogId) => Promise<void>
  /** Milliseconds of a monotonic clock. */
  now: () => number
  sleep: (ms: number) => Promise<void>
  say: (line: string) => void
  /** Once it is aborted, no further dialog is begun. */
  signal: AbortSignal
}

const RANGES = 1_024n
const RANGE = 2n ** 64n / RANGES
/** At some ten milliseconds for a dialog, more than a database should be asked for beside its service. */
const AT_ONCE = 32
/** With backoff, some five seconds: what a node needs to be taken for dead. */
const ATTEMPTS = 8
const SAY_EVERY_MS = 5_000

/** @throws Error with the command that continues, when it is interrupted, or a statement goes on failing */
export const adoptAll = async ({ from, perSecond }: Course, ring: Ring): Promise<void> => {
  const { say, progress } = progressOf(from, ring)
  const pace = paceOf(perSecond, ring)
  const adopt = async (dialog: DialogId) => {
    await pace()
    ring.signal.throwIfAborted()
    await repeated(() => ring.adopt(dialog), ring)
    progress.dialogs += 1
    say()
  }
  try {
    while (progress.at < GREATEST_TOKEN) {
      const upTo = endOfRange(progress.at)
      for await (const dialogs of pagesBetween(progress.at, upTo, ring)) await each(dialogs, adopt)
      progress.at = upTo
      say()
    }
  } catch (cause) {
    const what = ring.signal.aborted ? 'interrupted' : 'stopped'
    const again = `npm run migrate -- inbox --from=${progress.at} --per-second=${perSecond}`
    throw new Error(`${what} after ${counted(progress.dialogs)}; to continue: ${again}`, { cause })
  }
  ring.say(`100 %: ${counted(progress.dialogs)} listed`)
}

/** Ranges are the same wherever a run begins. */
const endOfRange = (token: bigint): bigint => {
  const end = token + RANGE - ((token - LEAST_TOKEN) % RANGE)
  return end > GREATEST_TOKEN ? GREATEST_TOKEN : end
}

const pagesBetween = async function* (after: bigint, upTo: bigint, ring: Ring) {
  let from: PagingState | undefined
  do {
    ring.signal.throwIfAborted()
    const page: Page<DialogId> = await repeated(() => ring.dialogsBetween(after, upTo, from), ring)
    yield page.rows
    from = page.next
  } while (from)
}

/** Some at once. What has begun ends, also after a failure, so that nothing is written once the command has failed. */
const each = async (dialogs: DialogId[], work: (dialog: DialogId) => Promise<void>) => {
  const left = dialogs.values()
  const failures: unknown[] = []
  const worker = async () => {
    for (const dialog of left) {
      if (failures.length > 0) return
      await work(dialog).catch((error) => void failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, dialogs.length) }, worker))
  if (failures.length > 0) throw failures[0]
}

const repeated = async <T>(work: () => Promise<T>, { sleep, signal }: Ring): Promise<T> => {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Fault) || failures === ATTEMPTS || signal.aborted) throw error
      await sleep(backoffMs(failures, Math.random()))
    }
  }
}

/** Resolves when the next dialog is due. */
const paceOf = (perSecond: number, { now, sleep }: Ring) => {
  let dueMs = 0
  return async () => {
    const waitMs = Math.max(0, dueMs - now())
    dueMs = now() + waitMs + 1000 / perSecond
    if (waitMs > 0) await sleep(waitMs)
  }
}

const counted = (dialogs: number) => `${dialogs.toLocaleString('en')} dialog${dialogs === 1 ? '' : 's'}`

const progressOf = (from: bigint, { now, say }: Ring) => {
  const beganMs = now()
  const progress = { at: from, dialogs: 0 }
  let saidMs = beganMs
  const shareOf = (token: bigint) => Number(token - LEAST_TOKEN) / 2 ** 64
  const line = (): string => {
    const seconds = (now() - beganMs) / 1000
    const [share, before] = [shareOf(progress.at), shareOf(from)]
    const rate = `${counted(progress.dialogs)}, ${Math.round(progress.dialogs / seconds)} a second`
    const left = (seconds * (1 - share)) / (share - before)
    const time = left < 90 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`
    return `${(share * 100).toFixed(1)} %: ${rate}${share > before ? `, about ${time} left` : ''}`
  }
  return {
    progress,
    say: () => {
      if (now() - saidMs < SAY_EVERY_MS) return
      saidMs = now()
      say(line())
    },
  }
}
