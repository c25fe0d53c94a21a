/** What overload does beside k6: a service with little room, and a database that stalls again and again. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { ITS_OWN } from '../../dev/database/throwaway.ts'
import { atEnd } from '../../dev/process.ts'
import type { Say } from '../../dev/progress.ts'
import type { Verdict } from './report.ts'

/** A statement that meets a stalled database takes 1.5 s: with room for 8, five requests of an operation a second. */
const LITTLE_ROOM = '8'

/** @throws Error when `CQL_CONTACT_POINTS` names a database, which is not this command's to stop */
export const forTheStorm = (): OwnService => {
  if (process.env['CQL_CONTACT_POINTS'])
    throw new Error(
      'overload stops its database again and again: unset CQL_CONTACT_POINTS, for one of its own',
    )
  const room = process.env['REQUESTS_AT_ONCE'] || LITTLE_ROOM
  return { env: { ...process.env, ...ITS_OWN }, rules: { REQUESTS_AT_ONCE: room } }
}

/** The environment in which its database is found, and variables of its own. */
export type OwnService = { env: NodeJS.ProcessEnv; rules: Record<string, string> }

const STALL_MS = 5_000
const BETWEEN_MS = 3_000
const POLL_MS = 100
/** Measured: 40 MB, most of it taken by any process that has just begun to work. */
const MORE_MEMORY_MB = 100
const RECOVERY_MS = 10_000

type Storm = {
  /** Resolves when it is over: from the second sixth of the run to the fourth, as lab/load/scenarios/overload.ts has it. */
  rage: () => Promise<void>
  /** Call it when k6 has ended. */
  verdicts: () => Promise<Verdict[]>
}

/**
 * @param directory of the run: the log of the service, and the folder of the database
 * @param samplesMb of the service's memory, growing
 */
export const openStorm = (
  directory: string,
  durationSeconds: number,
  samplesMb: number[],
  say: Say,
): Storm => {
  const folder = join(directory, 'database')
  const log = join(directory, 'service.log')
  const send = async (signal: NodeJS.Signals) => {
    const database = await runningOn(folder)
    if (database) process.kill(database.pid, signal)
    return database !== undefined
  }
  // While stopped, it would not notice that it has to end.
  atEnd(async () => void (await send('SIGCONT')))
  let calmSamples = 0
  let resumedAt = 0
  return {
    rage: async () => {
      // k6 takes some seconds to begin.
      while (!(await readFile(log, 'utf8')).includes('"sendMessage"')) await sleep(POLL_MS)
      await sleep((durationSeconds / 6) * 1000)
      calmSamples = samplesMb.length
      const end = performance.now() + (durationSeconds / 2) * 1000
      while (performance.now() + BETWEEN_MS + STALL_MS <= end) {
        await sleep(BETWEEN_MS)
        if (!(await send('SIGSTOP'))) throw new Error('the database to be stopped is gone')
        say(`the database stalls for ${STALL_MS / 1000} s`)
        await sleep(STALL_MS)
        await send('SIGCONT')
        resumedAt = Date.now()
      }
    },
    verdicts: async () =>
      stormVerdicts(samplesMb, calmSamples, firstSuccessMs(await readFile(log, 'utf8'), resumedAt)),
  }
}

/** @param calmSamples how many of the samples were taken before the storm */
export const stormVerdicts = (samplesMb: number[], calmSamples: number, successMs: number): Verdict[] => {
  const calmMb = samplesMb[calmSamples - 1] ?? Number.NaN
  const mostMb = Math.max(...samplesMb.slice(calmSamples))
  return [
    {
      asserted: `MB of memory at most <= ${MORE_MEMORY_MB} more than before the storm (${calmMb})`,
      found: mostMb,
      holds: mostMb <= calmMb + MORE_MEMORY_MB,
    },
    {
      asserted: `ms from the end of the last stall to a success <= ${RECOVERY_MS}`,
      found: successMs,
      holds: successMs <= RECOVERY_MS,
    },
  ]
}

type Line = { time: string; status?: number; duration_ms?: number; operation?: string }

/** How long after a moment the first request that began after it succeeded; NaN when none did. */
export const firstSuccessMs = (log: string, afterMs: number): number =>
  log
    .split('\n')
    .filter((line) => line.includes('"status":200'))
    .map((line): Line => JSON.parse(line))
    .filter(({ operation }) => operation === 'sendMessage' || operation === 'listMessages')
    .map(({ time, duration_ms = 0 }) => ({ endMs: Date.parse(time) - afterMs, tookMs: duration_ms }))
    .find(({ endMs, tookMs }) => endMs - tookMs > 0)?.endMs ?? Number.NaN
