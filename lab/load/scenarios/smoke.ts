/** Every operation, a few times: does it work at all? `--rate` is visits a second, each asks every operation once. */
import type { Options } from 'k6/options'
import { aDialog } from './steps/people.ts'
import {
  checkHealth,
  checkReady,
  listChanges,
  listDialogs,
  listMessages,
  markRead,
  revoke,
  sendMessage,
  showDialog,
  showDocument,
  showPage,
} from './steps/requests.ts'
import { assertions, common, OPERATIONS, steady } from './steps/rules.ts'
import { visiting } from './steps/talk.ts'

export { handleSummary } from './steps/run.ts'

export const options: Options = {
  ...common,
  scenarios: { smoke: steady('visit') },
  thresholds: assertions(OPERATIONS, ['max<5000'], 'rate==0'),
}

export const visit = visiting(() => {
  checkHealth()
  checkReady()
  showDocument()
  showPage()
  const dialog = aDialog()
  const sent = sendMessage(dialog)
  listMessages(dialog, undefined, sent)
  if (!sent) return
  listDialogs(dialog, sent)
  listChanges(dialog)
  showDialog(dialog, sent)
  markRead(dialog, sent)
  revoke(dialog)
})
