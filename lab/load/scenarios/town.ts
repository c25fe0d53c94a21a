/** A town: many dialogs, some far busier than others. `--rate` is requests a second, half of them sends. */
import type { Options } from 'k6/options'
import { aDialog } from './steps/people.ts'
import { assertions, common, steady } from './steps/rules.ts'
import { sendOrList, visiting } from './steps/talk.ts'

export { handleSummary } from './steps/run.ts'

export const options: Options = {
  ...common,
  scenarios: { town: steady('visit') },
  thresholds: assertions(['sendMessage', 'listMessages'], ['p(99)<1000'], 'rate<0.001'),
}

export const visit = visiting(() => sendOrList(aDialog()))
