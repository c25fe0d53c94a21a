/** `npm run lab -- cluster` on other addresses and in another directory than a developer's cluster: `<block> <directory> up 3`. */

import { runToTheEnd } from '../../dev/ending.ts'
import { carryOut } from '../../lab/cluster/main.ts'
import { readRequest } from '../../lab/cluster/rules.ts'

const INTERRUPTED = 130
const [block = '', directory = '', ...asked] = process.argv.slice(2)
const say = (line: string) => void process.stdout.write(`${line}\n`)

await runToTheEnd(
  () => carryOut(readRequest(asked), { block, directory }, process.env, say),
  INTERRUPTED,
  say,
)
