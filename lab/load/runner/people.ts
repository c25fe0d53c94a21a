/** The people of one run and their tokens, in a file that only its owner can read, and only during the run. */
import { rm, writeFile } from 'node:fs/promises'
import { localToken } from '../../../dev/keys.ts'
import { atEnd } from '../../../dev/process.ts'

/** They make 120 dialogs, the busiest of which has a fifth of all messages: pages to read back in. */
const PEOPLE = 16

export type Person = { id: string; token: string }

/**
 * New ones for every run: what earlier runs have sent is in other dialogs.
 * @param crowd how many of them each talk to one other: one more, if that leaves somebody alone
 */
export const inventPeople = (keys: string, crowd = PEOPLE): Promise<Person[]> => {
  const run = Date.now().toString(36)
  const ids = Array.from({ length: crowd + (crowd % 2) }, (_, number) => `load-${run}-${number}`)
  return Promise.all(ids.map(async (id) => ({ id, token: await localToken(keys, id) })))
}

export const keepForTheRun = async (people: Person[], file: string): Promise<void> => {
  atEnd(() => rm(file, { force: true }))
  await writeFile(file, JSON.stringify(people), { mode: 0o600 })
}
