/** Who talks to whom in a benchmark: as many senders as callers, each with dialogs that are neither empty nor long. */
import { randomUUID } from 'node:crypto'
import { localToken } from '../../dev/keys.ts'
import type { UserId } from '../../lib/model/ids.ts'

export const MOST_CALLERS = 64
const PARTNERS = 100
export const TEXT = 'Hello! How are you? This is a message of about eighty characters, as people write.'

export type Person = { id: UserId; headers: Record<string, string> }

export const senders = (directory: string): Promise<Person[]> =>
  Promise.all(
    Array.from({ length: MOST_CALLERS }, async (_, index) => {
      const id = `sender-${index}` as UserId
      const authorization = `Bearer ${await localToken(directory, id)}`
      // The last for servers that believe it.
      return { id, headers: { authorization, 'content-type': 'application/json', 'x-user-id': id } }
    }),
  )

export const anyPartner = (): UserId => `partner-${Math.floor(Math.random() * PARTNERS)}` as UserId
/** Whom nobody has ever written to: the first message of a dialog finds no plan, and reads the index. */
export const anyStranger = (): UserId => `stranger-${randomUUID()}` as UserId
/** Whose dialog with each sender is filled before pages of it are read. */
export const OLD_FRIEND = 'old-friend' as UserId
