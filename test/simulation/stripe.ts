/** One thread of `npm run simulate`: runs every n-th seed. */
import { parentPort, workerData } from 'node:worker_threads'
import { INBOX_MUTANTS } from './inbox/mutants.ts'
import { runInbox } from './inbox/run.ts'
import { MUTANTS } from './mutants.ts'
import { loadProduct, type Product } from './product.ts'
import { PUSH_MUTANTS } from './push/mutants.ts'
import { runPush } from './push/run.ts'
import { type Result, runOnce } from './run.ts'
import { SESSION_MUTANTS } from './sessions/mutants.ts'
import { runSession, type SessionResult } from './sessions/run.ts'

export type Kind = 'dialogs' | 'inbox' | 'push' | 'sessions'
export type Stripe = { first: number; step: number; end: number; mutant: string | undefined; kind: Kind }
export type Report = { seed: number; violations: string[]; trace: string[] } & Partial<
  Result & SessionResult & { heard: number }
>

const { first, step, end, mutant: name, kind } = workerData as Stripe
const named = <M extends { name: string }>(mutants: M[]): M | undefined =>
  mutants.find((one) => one.name === name)
const KINDS = {
  dialogs: () => {
    const mutant = named(MUTANTS)
    const run = (seed: number, product: Product) => runOnce(seed, product, mutant?.surroundings)
    return { mutant, run }
  },
  inbox: () => {
    const mutant = named(INBOX_MUTANTS)
    const run = (seed: number, product: Product) => runInbox(seed, product, mutant?.surroundings)
    return { mutant, run }
  },
  push: () => {
    const mutant = named(PUSH_MUTANTS)
    const run = (seed: number, product: Product) => runPush(seed, product, mutant?.surroundings)
    return { mutant, run }
  },
  sessions: () => {
    const mutant = named(SESSION_MUTANTS)
    const run = (seed: number, product: Product) => runSession(seed, product, mutant?.surroundings)
    return { mutant, run }
  },
}

const { mutant, run } = KINDS[kind]()
const product = await loadProduct(mutant?.changes)
for (let seed = first; seed < end; seed += step) {
  const { trace, ...result } = await run(seed, product)
  const isFine = result.violations.length === 0
  parentPort?.postMessage({ seed, ...result, trace: isFine ? [] : trace } satisfies Report)
}
