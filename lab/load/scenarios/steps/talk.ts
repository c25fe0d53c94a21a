/** What people do who talk: about one send for four pages, some of them deep. */
import { check } from 'k6'
import { aDialog, type Dialog } from './people.ts'
import { listMessages, sendMessage } from './requests.ts'

/** Fails the run when a visit throws: k6 would only log that and go on. */
export const visiting = (visit: () => void) => () => {
  try {
    visit()
  } catch (error) {
    check(error, { 'a visit ends without an exception': () => false })
    throw error
  }
}

/** One request. */
export const sendOrList = (dialog: Dialog): void => {
  if (Math.random() < 0.5) sendMessage(dialog)
  else listMessages(dialog)
}

/** One in three writes; all look at the newest page, and read on backwards as long as a coin says so. */
export const visit = visiting(() => {
  const dialog = aDialog()
  const sent = Math.random() < 1 / 3 ? sendMessage(dialog) : undefined
  let older = listMessages(dialog, undefined, sent)
  while (older && Math.random() < 0.5) older = listMessages(dialog, older)
})
