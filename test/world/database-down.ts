/** Stops what database-up.ts started. */
import type { LocalDatabase } from '../../dev/database/database.ts'

export default async () => {
  const { database } = globalThis as unknown as { database: LocalDatabase }
  await database.stop()
}
