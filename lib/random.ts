/**
 * Random bytes for ids, drawn from the system in large pieces: a system call for each id would cost more than the id
 * itself.
 */
import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 4_096

/** Never returns the same bytes twice. */
export const randomPool = (): ((bytes: number) => Uint8Array) => {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  return (bytes) => {
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    used += bytes
    // A copy, since the pool is overwritten when it is refilled.
    return pool.slice(used - bytes, used)
  }
}
