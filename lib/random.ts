/** Random bytes for ids, drawn from the system in one piece for many: each call of its own costs more than it yields. */
import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 4_096

/** No byte is given out twice. */
export const randomPool = (): ((bytes: number) => Uint8Array) => {
  const pool = Buffer.allocUnsafeSlow(POOL_BYTES)
  let used = POOL_BYTES
  return (bytes) => {
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    used += bytes
    // A copy: what is given out must not change when the pool is filled again.
    return Buffer.from(pool.subarray(used - bytes, used))
  }
}
