/** The one list of operations, in the order of the document. */
import { on as changePassword } from '../functions/change-password.ts'
import { on as checkHealth } from '../functions/check-health.ts'
import { on as checkReady } from '../functions/check-ready.ts'
import { on as listChanges } from '../functions/list-changes.ts'
import { on as listDialogs } from '../functions/list-dialogs.ts'
import { on as listMessages } from '../functions/list-messages.ts'
import { on as listSessions } from '../functions/list-sessions.ts'
import { on as login } from '../functions/login.ts'
import { on as markRead } from '../functions/mark-read.ts'
import { on as refresh } from '../functions/refresh.ts'
import { on as register } from '../functions/register.ts'
import { on as revoke } from '../functions/revoke.ts'
import { on as sendMessage } from '../functions/send-message.ts'
import { on as showDialog } from '../functions/show-dialog.ts'
import { on as showDocument } from '../functions/show-document.ts'
import { on as showKeys } from '../functions/show-keys.ts'
import { on as showPage } from '../functions/show-page.ts'
import { on as showUser } from '../functions/show-user.ts'
import { on as connect } from '../functions/socket-connect.ts'
import { on as disconnect } from '../functions/socket-disconnect.ts'
import { on as frame } from '../functions/socket-frame.ts'

export const OPERATIONS = [
  sendMessage,
  listMessages,
  listDialogs,
  listChanges,
  showDialog,
  markRead,
  register,
  login,
  showUser,
  refresh,
  listSessions,
  revoke,
  changePassword,
  showKeys,
  checkHealth,
  checkReady,
  showDocument,
  showPage,
]
export const CONTRACTS = OPERATIONS.map(({ contract }) => contract)

/** Those of accounts only where they are on. */
export const operationsWith = ({ accounts }: { accounts?: unknown }) =>
  OPERATIONS.filter(({ contract }) => accounts !== undefined || !contract.ofAccounts)

/** What a WebSocket API asks for: its routes $connect, $default and $disconnect. */
export const SOCKET = { connect, frame, disconnect }
export const FRAMES = frame.contracts
