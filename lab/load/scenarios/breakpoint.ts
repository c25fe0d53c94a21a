/** People who talk, more and more, until it breaks: at which rate? `--rate` is the visits a second at the end. */
import type { Options, Threshold } from 'k6/options'
import { assertions, common } from './steps/rules.ts'
import { RUN } from './steps/run.ts'

export { handleSummary } from './steps/run.ts'
export { visit } from './steps/talk.ts'

/** Until then, nothing is warm and a few slow replies are many. */
const SETTLING = '10s'
const limit = (threshold: string): Threshold => ({ threshold, abortOnFail: true, delayAbortEval: SETTLING })

export const options: Options = {
  ...common,
  scenarios: {
    breakpoint: {
      executor: 'ramping-arrival-rate',
      exec: 'visit',
      startRate: 0,
      stages: [{ target: RUN.rate, duration: `${RUN.durationSeconds}s` }],
      preAllocatedVUs: 300,
      maxVUs: 300,
    },
  },
  thresholds: {
    ...assertions(['sendMessage', 'listMessages'], [], 'rate<1'),
    http_req_duration: [limit('p(95)<500')],
    http_req_failed: [limit('rate<0.01')],
    dropped_iterations: [limit('count==0')],
  },
}
