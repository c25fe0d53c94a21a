/** GET /dialog/{user_id}: one dialog, as its reader's inbox shows it. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { DialogSummary, ShowDialog } from '../model/operations.ts'
import { seatOf } from './side.ts'
import { readState, summaryOf } from './summary.ts'

/** @throws Fault `no_such_dialog` if it has no messages, `database_unavailable` */
export const showDialog = async ({ caller, other }: ShowDialog, ctx: Context): Promise<DialogSummary> => {
  const seat = seatOf(caller, other)
  const { marks, last } = await readState(seat, ctx)
  if (!last) throw new Fault('no_such_dialog', 'the dialog has no messages')
  return summaryOf(caller, seat, marks, last, ctx)
}
