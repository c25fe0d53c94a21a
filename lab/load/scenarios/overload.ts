/**
 * Far more than the service has room for, in requests as large as they may be, while its database stalls again and again:
 * are people turned away, and let in again? `--rate` is the requests a second of the storm; before and after, a tenth.
 */
import type { Options } from 'k6/options'
import { aDialog } from './steps/people.ts'
import { listMessages, sendMessage } from './steps/requests.ts'
import { assertions, common, STATUSES, steady } from './steps/rules.ts'
import { RUN } from './steps/run.ts'
import { visiting } from './steps/talk.ts'

export { handleSummary } from './steps/run.ts'

const OPERATIONS = ['sendMessage', 'listMessages'] as const
/** With the text, somewhat less than the 64 KiB that a body may have: a field that the contract does not know. */
const PADDING = 'x'.repeat(65_000)

/** lab/load/storm.ts counts on them, too. */
const sixthSeconds = Math.round(RUN.durationSeconds / 6)
const phase = (sixth: number, sixths: number, rate: number) => ({
  ...steady('visit', Math.ceil(rate), sixths * sixthSeconds),
  startTime: `${sixth * sixthSeconds}s`,
})

/** Nothing but replies, and busy or unavailable the only ones that are no success. */
const refusals = Object.fromEntries(
  OPERATIONS.flatMap((operation) =>
    STATUSES.filter((status) => status !== 503).map((status) => [
      `http_reqs{operation:${operation},status:${status}}`,
      ['count==0'],
    ]),
  ),
)

export const options: Options = {
  ...common,
  scenarios: {
    calm: phase(0, 1, RUN.rate / 10),
    storm: phase(1, 3, RUN.rate),
    recovering: phase(4, 1, RUN.rate / 10),
    recovered: phase(5, 1, RUN.rate / 10),
  },
  thresholds: {
    ...assertions(OPERATIONS, ['max<5000'], 'rate<1'),
    ...refusals,
    turned_away: ['count>0'],
    'http_reqs{scenario:recovered}': ['count>0'],
    'http_req_failed{scenario:recovered}': ['rate<0.01'],
  },
}

export const visit = visiting(() => {
  const dialog = aDialog()
  if (Math.random() < 0.5) sendMessage(dialog, PADDING)
  else listMessages(dialog)
})
