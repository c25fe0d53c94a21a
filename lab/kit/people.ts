/** The people of one run, with their tokens. */
import { rm, writeFile } from 'node:fs/promises'
import { localToken } from '../../dev/keys.ts'
import { atEnd } from '../../dev/process.ts'
import type { UserId } from '../../lib/model/ids.ts'

export type Person = { id: UserId; token: string }

export const peopleNamed = (names: string[], keys: string): Promise<Person[]> =>
  Promise.all(names.map(async (id) => ({ id: id as UserId, token: await localToken(keys, id) })))

/** New people for every run, so that its dialogs hold nothing of earlier runs. */
export const inventPeople = (count: number, keys: string): Promise<Person[]> => {
  const run = Date.now().toString(36)
  return peopleNamed(
    Array.from({ length: count }, (_, index) => `${run}-${index}`),
    keys,
  )
}

export const authorization = (token: string) => ({ authorization: `Bearer ${token}` })

/** Only the owner of the file can read it, and only during the run. */
export const keepForTheRun = async (people: Person[], file: string): Promise<void> => {
  atEnd(() => rm(file, { force: true }))
  await writeFile(file, JSON.stringify(people), { mode: 0o600 })
}
