/** One thread of `npm run simulate`: runs every n-th seed. */
import { parentPort, workerData } from 'node:worker_threads'
import { MUTANTS } from './mutants.ts'
import { loadProduct } from './product.ts'
import { type Result, runOnce } from './run.ts'

export type Stripe = { first: number; step: number; end: number; mutant: string | undefined }
export type Report = Result & { seed: number }

const { first, step, end, mutant: name } = workerData as Stripe
const mutant = MUTANTS.find((one) => one.name === name)
const product = await loadProduct(mutant?.changes)
for (let seed = first; seed < end; seed += step) {
  const { trace, ...result } = await runOnce(seed, product, mutant?.surroundings)
  const isFine = result.violations.length === 0
  parentPort?.postMessage({ seed, ...result, trace: isFine ? [] : trace })
}
