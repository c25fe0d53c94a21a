/** Stops what database-up.ts started. */
import { rm } from 'node:fs/promises'
import type { LocalDatabase } from '../../scripts/database.ts'

export default async () => {
  const { database, directory } = globalThis as unknown as { database: LocalDatabase; directory: string }
  await database.stop()
  await rm(directory, { recursive: true, force: true })
}
