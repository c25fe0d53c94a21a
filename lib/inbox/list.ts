/** A page of a person's inbox: the dialogs, by last activity, newest first, each as it is now. */
import type { Context } from '../context.ts'
import { inboxIdOf } from '../model/ids.ts'
import type { DialogSummary, DialogsPage, ListDialogs } from '../model/operations.ts'
import { settle } from './settle.ts'
import { Walk } from './walk.ts'

/** @throws Fault `database_unavailable`, also when an interrupted move cannot be completed */
export const listDialogs = async (
  { caller, limit, cursor }: ListDialogs,
  ctx: Context,
): Promise<DialogsPage> => {
  const walk = new Walk(inboxIdOf(caller), cursor, ctx)
  const dialogs: DialogSummary[] = []
  while (dialogs.length < limit && !walk.isOver) {
    const entries = await walk.next(limit - dialogs.length)
    const settled = await Promise.all(entries.map((entry) => settle(caller, entry, ctx)))
    dialogs.push(...settled.filter((one) => one !== undefined))
  }
  const { cursor: next } = walk
  return { dialogs, ...(next && { next }) }
}
