/** One dialog in the town that has half of all messages. `--rate` as in `town`. */
import { aDialog, theTorrent } from './steps/people.ts'
import { sendMessage } from './steps/requests.ts'
import { RUN } from './steps/run.ts'
import { sendOrList, visiting } from './steps/talk.ts'

export { handleSummary, options } from './town.ts'

export const visit = visiting(() => {
  if (RUN.alone) sendMessage(theTorrent())
  else sendOrList(Math.random() < 0.5 ? theTorrent() : aDialog('bystanders'))
})
