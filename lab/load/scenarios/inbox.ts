/** People who look at their inbox, open a dialog, read, write and mark. `--rate` is visits a second. */
import { check } from 'k6'
import type { Options } from 'k6/options'
import { aDialog, type Dialog, withPerson } from './steps/people.ts'
import {
  listMessages,
  markRead,
  pageOfInbox,
  type Summary,
  sendMessage,
  showDialog,
} from './steps/requests.ts'
import { assertions, common, steady } from './steps/rules.ts'
import { visiting } from './steps/talk.ts'

export { handleSummary } from './steps/run.ts'

const ASKED = ['listDialogs', 'listMessages', 'markRead', 'sendMessage', 'showDialog'] as const

export const options: Options = {
  ...common,
  scenarios: { inbox: steady('visit') },
  thresholds: assertions(ASKED, ['p(99)<1000'], 'rate<0.001'),
}

/** The part of visits that scroll to the next page, and that answer; others write to somebody of their own choice. */
const SCROLLS = 0.3
const ANSWERS = 0.5

export const visit = visiting(() => {
  const somebody = aDialog('inbox')
  const page = pageOfInbox(somebody)
  const next = page?.next
  const older = next && Math.random() < SCROLLS ? pageOfInbox(somebody, next) : undefined
  const dialogs = [...(page?.dialogs ?? []), ...(older?.dialogs ?? [])]
  const opened = dialogs.find(({ unread }) => unread > 0) ?? dialogs[0]
  if (opened && Math.random() < ANSWERS) readAndAnswer(withPerson(somebody, opened.with), opened)
  else sendMessage(somebody)
})

const readAndAnswer = (dialog: Dialog, { last }: Summary) => {
  listMessages(dialog, undefined, last.id)
  markRead(dialog, last.id)
  const sent = sendMessage(dialog)
  if (!sent) return
  const shown = showDialog(dialog, sent)
  if (!shown) return
  check(shown, {
    'a mark is not older than what was marked': (it) => String(it.read_up_to) >= last.id,
    'whoever has answered has read, but for what has come since': (it) =>
      it.unread === 0 || it.last.id > sent,
  })
}
