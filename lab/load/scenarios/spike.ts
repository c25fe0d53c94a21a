/** Quiet, ten times the load at once, quiet again: as fast as before? `--rate` is the quiet rate, in visits a second. */
import type { Options } from 'k6/options'
import { assertions, common, steady } from './steps/rules.ts'
import { RUN } from './steps/run.ts'

export { handleSummary } from './steps/run.ts'
export { visit } from './steps/talk.ts'

const TIMES = 10
const quarterSeconds = Math.round(RUN.durationSeconds / 4)
const quarter = (index: number, rate: number) => ({
  ...steady('visit', rate, quarterSeconds),
  startTime: `${index * quarterSeconds}s`,
  gracefulStop: '5s',
})

export const options: Options = {
  ...common,
  scenarios: {
    warming: quarter(0, RUN.rate),
    before: quarter(1, RUN.rate),
    peak: quarter(2, RUN.rate * TIMES),
    after: quarter(3, RUN.rate),
  },
  thresholds: {
    ...assertions(['sendMessage', 'listMessages'], ['p(95)<1000', 'max<5000'], 'rate<0.001'),
    // Counted apart; the command compares them: k6 cannot hold one metric against another.
    'http_req_duration{scenario:before}': [],
    'http_req_duration{scenario:peak}': [],
    'http_req_duration{scenario:after}': [],
  },
}
