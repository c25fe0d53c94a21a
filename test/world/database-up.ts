/** Brings up one database for all tests that need one; they keep apart by keyspace. */
import { openThrowawayDatabase } from '../../dev/database/throwaway.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

export default async () => {
  const database = await openThrowawayDatabase(process.env, say)
  Object.assign(process.env, database.variables)
  Object.assign(globalThis, { database })
}
