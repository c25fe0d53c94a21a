/**
 * A crowd of strangers who talk two by two and think between requests: is every message that was acknowledged listed
 * once, to both? `--rate` is the number of people, each with a virtual user of their own: the closed model.
 */
import { check, sleep } from 'k6'
import type { Options } from 'k6/options'
import { type Dialog, withTheNeighbour } from './steps/people.ts'
import { everyMessage, listMessages, sendMessage } from './steps/requests.ts'
import { assertions, common } from './steps/rules.ts'
import { RUN } from './steps/run.ts'
import { visiting } from './steps/talk.ts'

export { handleSummary } from './steps/run.ts'

const THINKING_SECONDS = { least: 0.1, most: 0.5 }
/** Within which people arrive: a hundred at one instant are a test of their own, and meet compilers that are still cold. */
const ARRIVAL_SECONDS = 5
/** For reading back all that was sent. */
const READING_SECONDS = 60

export const options: Options = {
  ...common,
  scenarios: {
    crowd: {
      executor: 'per-vu-iterations',
      exec: 'visit',
      vus: RUN.rate,
      iterations: 1,
      maxDuration: `${RUN.durationSeconds + READING_SECONDS}s`,
    },
  },
  thresholds: {
    ...assertions(['sendMessage', 'listMessages'], ['p(99)<1000'], 'rate==0'),
    iterations: [`count==${RUN.rate}`],
  },
}

export const visit = visiting(() => {
  const dialog = withTheNeighbour(__VU - 1)
  const sent: string[] = []
  const end = Date.now() + RUN.durationSeconds * 1000
  sleep(Math.random() * Math.min(ARRIVAL_SECONDS, RUN.durationSeconds / 2))
  while (Date.now() < end) {
    const id = Math.random() < 0.5 ? sendMessage(dialog) : void listMessages(dialog)
    if (id) sent.push(id)
    sleep(THINKING_SECONDS.least + Math.random() * (THINKING_SECONDS.most - THINKING_SECONDS.least))
  }
  areListedOnce(sent, dialog)
})

const areListedOnce = (sent: string[], dialog: Dialog) => {
  const times = new Map(sent.map((id) => [id, 0]))
  for (const id of everyMessage(dialog)) times.set(id, (times.get(id) ?? 0) + 1)
  check(times, {
    'every message that was acknowledged is listed once': (all) => sent.every((id) => all.get(id) === 1),
  })
}
