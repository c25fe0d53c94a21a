/** `npm run simulate -- --runs N --seed S`: the protocol under faults; a seed that fails is printed, with its trace. */
import { parseArgs } from 'node:util'
import { MUTANTS } from './mutants.ts'
import { loadProduct } from './product.ts'
import { runOnce } from './run.ts'

const EVERY_MS = 5_000
const TRACE_LINES = 60
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
  },
})
const runs = number('runs', values.runs, 1)
const first = number('seed', values.seed, 0)
const mutant = values.mutant === undefined ? undefined : MUTANTS.find(({ name }) => name === values.mutant)
if (values.mutant !== undefined && !mutant) {
  say(`error: no mutant ${values.mutant}; there are ${MUTANTS.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

const product = await loadProduct(mutant?.changes)
const began = performance.now()
let saidAt = began
let acknowledged = 0
for (let done = 0; done < runs; done += 1) {
  const seed = first + done
  const result = await runOnce(seed, product, mutant?.surroundings)
  acknowledged += result.acknowledged
  if (result.violations.length > 0) {
    for (const line of result.trace.slice(-TRACE_LINES)) say(line)
    for (const violation of result.violations) say(`VIOLATION ${violation}`)
    say(
      `seed ${seed} fails; again: npm run simulate -- --runs 1 --seed ${seed}${mutant ? ` --mutant ${mutant.name}` : ''}`,
    )
    process.exit(1)
  }
  if (performance.now() - saidAt > EVERY_MS) {
    saidAt = performance.now()
    say(`${done + 1} of ${runs} runs, ${((saidAt - began) / 1000).toFixed(0)} s`)
  }
}
const seconds = (performance.now() - began) / 1000
say(
  `${runs} runs from seed ${first}: ${acknowledged} messages acknowledged, no violation, ${seconds.toFixed(1)} s`,
)
