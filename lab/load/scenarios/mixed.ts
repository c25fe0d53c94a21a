/** People who talk, at a steady rate: how fast is it? `--rate` is visits a second. */
import type { Options } from 'k6/options'
import { assertions, common, steady } from './steps/rules.ts'

export { handleSummary } from './steps/run.ts'
export { visit } from './steps/talk.ts'

export const options: Options = {
  ...common,
  scenarios: { mixed: steady('visit') },
  thresholds: assertions(['sendMessage', 'listMessages'], ['p(95)<250', 'p(99)<1000'], 'rate<0.001'),
}
