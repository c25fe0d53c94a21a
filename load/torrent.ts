/** One dialog in the town that has half of all messages. `--rate` as in `town`. */
import { aDialog, theTorrent } from './steps/people.ts'
import { RUN } from './steps/run.ts'
import { sendOrList } from './steps/talk.ts'
import { visiting } from './steps/visiting.ts'

export { handleSummary, options } from './town.ts'

const HALF = 0.5

export const visit = visiting(() =>
  sendOrList(Math.random() < (RUN.share ?? HALF) ? theTorrent() : aDialog('bystanders')),
)
