/** One thread of `npm run simulate`: runs every n-th seed. */
import { parentPort, workerData } from 'node:worker_threads'
import { INBOX_MUTANTS } from './inbox/mutants.ts'
import { runInbox } from './inbox/run.ts'
import { MUTANTS } from './mutants.ts'
import { loadProduct } from './product.ts'
import { type Result, runOnce } from './run.ts'

export type Stripe = { first: number; step: number; end: number; mutant: string | undefined; inbox: boolean }
export type Report = Result & { seed: number }

const { first, step, end, mutant: name, inbox } = workerData as Stripe
const mutant = (inbox ? INBOX_MUTANTS : MUTANTS).find((one) => one.name === name)
const run = inbox ? runInbox : runOnce
const product = await loadProduct(mutant?.changes)
for (let seed = first; seed < end; seed += step) {
  const { trace, ...result } = await run(seed, product, mutant?.surroundings)
  const isFine = result.violations.length === 0
  parentPort?.postMessage({ seed, ...result, trace: isFine ? [] : trace })
}
