/** Readers who go ten pages back, among people who talk. `--rate` is visits a second; one in ten is such a reader. */
import { aDialog } from './steps/people.ts'
import { listMessages } from './steps/requests.ts'
import { sendOrList, visiting } from './steps/talk.ts'

export { handleSummary, options } from './town.ts'

const READERS = 0.1
const PAGES = 10

export const visit = visiting(() => {
  if (Math.random() >= READERS) return sendOrList(aDialog('bystanders'))
  const dialog = aDialog('readers')
  let older = listMessages(dialog)
  for (let page = 1; older && page < PAGES; page += 1) older = listMessages(dialog, older)
})
