/** GET /dialog/{user_id} */
import * as z from 'zod'
import type { UserId } from '../model/ids.ts'
import type { DialogSummary, ShowDialog } from '../model/operations.ts'
import type { Contract } from './contract.ts'
import { dialogReply, showDialog } from './dialog.ts'
import { userId } from './fields.ts'

const input = z.object({ path: z.object({ user_id: userId }) })

export const showDialogContract: Contract<z.infer<typeof input>, UserId, ShowDialog, DialogSummary> = {
  operation: 'showDialog',
  summary: 'The dialog with a user: its newest message, what is unread, and how far each side has read',
  method: 'GET',
  path: '/dialog/{user_id}',
  authenticated: true,
  input,
  toCommand: ({ path }, caller) => ({ caller, other: path.user_id }),
  toReply: (dialog) => ({ body: showDialog(dialog) }),
  reply: dialogReply,
  faults: ['bad_id', 'no_such_dialog', 'database_unavailable', 'overloaded'],
}
