/** `npm run simulate -- --runs N --seed S [--inbox | --push | --sessions]`: simulates the protocol under faults; prints a failing seed's trace. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { INBOX_MUTANTS } from './inbox/mutants.ts'
import { MUTANTS } from './mutants.ts'
import { PUSH_MUTANTS } from './push/mutants.ts'
import { SESSION_MUTANTS } from './sessions/mutants.ts'
import type { Kind, Report, Stripe } from './stripe.ts'

const EVERY_MS = 5_000
const say = (line: string) => process.stderr.write(`${line}\n`)

const number = (name: string, text: string, minimum: number): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < minimum) {
    say(`error: --${name} must be a whole number of at least ${minimum}, not ${text}`)
    process.exit(1)
  }
  return value
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    mutant: { type: 'string' },
    inbox: { type: 'boolean', default: false },
    push: { type: 'boolean', default: false },
    sessions: { type: 'boolean', default: false },
  },
})
const runs = number('runs', values.runs, 1)
const first = number('seed', values.seed, 0)
const { mutant } = values
const kind: Kind = (['sessions', 'push', 'inbox'] as const).find((name) => values[name]) ?? 'dialogs'
const mutants: { name: string }[] = {
  dialogs: MUTANTS,
  inbox: INBOX_MUTANTS,
  push: PUSH_MUTANTS,
  sessions: SESSION_MUTANTS,
}[kind]
if (mutant !== undefined && !mutants.some(({ name }) => name === mutant)) {
  say(`error: there is no mutant ${mutant}, only ${mutants.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

const began = performance.now()
const seconds = () => (performance.now() - began) / 1000
let done = 0
let acknowledged = 0
let listed = 0
let heard = 0
let refreshed = 0
let caught = 0
const openings = { all: 0, hotter: 0, cooler: 0 }

/** The first violation that is reported ends all threads. */
const issueFound = Promise.withResolvers<Report>()
const hear = (report: Report) => {
  done += 1
  acknowledged += report.acknowledged ?? 0
  listed += report.listed ?? 0
  heard += report.heard ?? 0
  refreshed += report.refreshed ?? 0
  caught += report.caught ? 1 : 0
  openings.all += report.openings?.all ?? 0
  openings.hotter += report.openings?.hotter ?? 0
  openings.cooler += report.openings?.cooler ?? 0
  if (report.violations.length > 0) issueFound.resolve(report)
}

/** Runs every n-th seed on a thread of its own. */
const workers: Worker[] = []
const runStripe = (workerData: Stripe) =>
  new Promise<void>((resolve, reject) => {
    const worker = new Worker(new URL('./stripe.ts', import.meta.url), { workerData })
    workers.push(worker)
    worker.on('message', hear)
    worker.on('error', reject)
    worker.on('exit', () => resolve())
  })

const progress = setInterval(() => say(`${done} of ${runs} runs, ${seconds().toFixed(0)} s`), EVERY_MS)
const threads = Math.min(runs, availableParallelism())
const all = Promise.all(
  Array.from({ length: threads }, (_, index) =>
    runStripe({ first: first + index, step: threads, end: first + runs, mutant, kind }),
  ),
)
const issue = await Promise.race([issueFound.promise, all.then(() => undefined)])
clearInterval(progress)
if (issue) {
  await Promise.all(workers.map((worker) => worker.terminate()))
  const violations = issue.violations.map((violation) => `VIOLATION ${violation}`)
  const again = `--runs 1 --seed ${issue.seed}${kind === 'dialogs' ? '' : ` --${kind}`}${mutant ? ` --mutant ${mutant}` : ''}`
  say(
    [...issue.trace, ...violations, `seed ${issue.seed} fails; again: npm run simulate -- ${again}`].join(
      '\n',
    ),
  )
  process.exitCode = 1
} else if (kind === 'sessions') {
  const figures = `${refreshed} refreshes, no violation, ${seconds().toFixed(1)} s`
  say(`${done} runs from seed ${first}: ${figures}`)
  say(`${caught} thieves were caught; no honest client lost its session`)
} else {
  const figures = `${acknowledged} messages acknowledged, no violation, ${seconds().toFixed(1)} s`
  say(`${done} runs from seed ${first}: ${figures}`)
  if (kind === 'inbox') say(`${listed} times a dialog that nothing happened to was in a walk, once`)
  if (kind === 'push') say(`${heard} frames arrived; every device has shown what its person was sent`)
  say(
    `${openings.all} openings, ${openings.hotter} with more lanes than before, ${openings.cooler} with fewer`,
  )
}
