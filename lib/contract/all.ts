/** Every operation there is, in the order of the document. */
import { checkHealthContract } from './check-health.ts'
import { checkReadyContract } from './check-ready.ts'
import { listMessagesContract } from './list-messages.ts'
import { sendMessageContract } from './send-message.ts'
import { showDocumentContract } from './show-document.ts'

export const CONTRACTS = [
  sendMessageContract,
  listMessagesContract,
  checkHealthContract,
  checkReadyContract,
  showDocumentContract,
]
