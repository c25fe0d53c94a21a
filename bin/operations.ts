/** The one list of operations, in the order of the document. */
import { on as checkHealth } from '../functions/check-health.ts'
import { on as checkReady } from '../functions/check-ready.ts'
import { on as listDialogs } from '../functions/list-dialogs.ts'
import { on as listMessages } from '../functions/list-messages.ts'
import { on as markRead } from '../functions/mark-read.ts'
import { on as sendMessage } from '../functions/send-message.ts'
import { on as showDialog } from '../functions/show-dialog.ts'
import { on as showDocument } from '../functions/show-document.ts'

export const OPERATIONS = [
  sendMessage,
  listMessages,
  listDialogs,
  showDialog,
  markRead,
  checkHealth,
  checkReady,
  showDocument,
]
export const CONTRACTS = OPERATIONS.map(({ contract }) => contract)
