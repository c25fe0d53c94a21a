/** A star in the town, to whom half of all senders write, each for the first time. `--rate` as in `town`. */
import type { Options } from 'k6/options'
import { aDialog, fanMail } from './steps/people.ts'
import { sendMessage } from './steps/requests.ts'
import { sendOrList, visiting } from './steps/talk.ts'
import { options as town } from './town.ts'

export { handleSummary } from './steps/run.ts'

/** Bystanders apart, whom it must not slow down. */
export const options: Options = {
  ...town,
  thresholds: {
    ...town.thresholds,
    'http_req_duration{client:bystanders}': [],
    'http_req_duration{client:fans}': [],
  },
}

/** As many sends of fans as of bystanders, who list as often as they send. */
const FANS = 1 / 3

export const visit = visiting(() =>
  Math.random() < FANS ? sendMessage(fanMail()) : sendOrList(aDialog('bystanders')),
)
