/** The database of an instance: connected when it is first needed, and again when its client is spent. */
import { setTimeout as sleep } from 'node:timers/promises'
import { backoffMs } from './backoff.ts'
import type { Config } from './config/config.ts'
import { Fault } from './errors.ts'
import { lazy } from './lazy.ts'
import type { Metrics } from './metrics/metrics.ts'
import { type OpenDatabase, openDatabase } from './store/open.ts'

const WARM_UP_MS = 3_000

/**
 * One client shared by all requests, replaced when it is spent; the new one also tries the last known addresses of
 * nodes.
 */
export const databaseOf = (config: () => Config, metrics: Metrics) => {
  let known: string[] = []
  let reason = 'first'
  const database = lazy(
    async () => {
      const open = await openDatabase(config().database, known)
      metrics.count('dialogs_database_clients_total', reason)
      reason = 'spent'
      return open
    },
    {
      isSpent: (open) => open.isSpent(),
      dispose: (open) => {
        known = open.addresses()
        return open.close()
      },
    },
    (failures) => backoffMs(failures, Math.random()),
  )
  let warmingUp: Promise<Fault | undefined> | undefined
  let warmedUp: Promise<Fault | undefined> | undefined
  const connecting = async (open: OpenDatabase | undefined, waking: Promise<void> | undefined) => {
    // A failed warm-up, perhaps frozen half-way, must not fail a request.
    if (!open) await warmingUp
    await (waking ?? (await database()).wake())
    return database()
  }
  return {
    connected: () => {
      const open = database.current()
      const waking = open?.wake()
      return open && !waking ? open : connecting(open, waking)
    },
    warmUp: () => {
      warmingUp ??= database().then(
        () => undefined,
        (error) => (error instanceof Fault ? error : undefined),
      )
      warmedUp ??= Promise.race([warmingUp, sleep(WARM_UP_MS, undefined, { ref: false })])
      return warmedUp
    },
    close: database.retire,
  }
}
