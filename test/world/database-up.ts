/** Starts one database for all tests that need one; each test file has a keyspace of its own. */
import { openThrowawayDatabase } from '../../dev/database/throwaway.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

export default async () => {
  const database = await openThrowawayDatabase(process.env, say)
  Object.assign(process.env, database.variables)
  Object.assign(globalThis, { database })
}
