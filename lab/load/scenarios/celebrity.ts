/** A celebrity in the town, who writes half of all messages, each to any of the others. `--rate` as in `town`. */
import { aDialog, withTheCelebrity } from './steps/people.ts'
import { sendOrList, visiting } from './steps/talk.ts'

export { handleSummary, options } from './town.ts'

export const visit = visiting(() =>
  sendOrList(Math.random() < 0.5 ? withTheCelebrity() : aDialog('bystanders')),
)
