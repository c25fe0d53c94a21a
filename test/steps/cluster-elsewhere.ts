/** `npm run cluster` at other addresses and in another folder than a developer's own: `<block> <directory> up 3`. */
import { carryOut } from '../../scripts/cluster/command.ts'
import { readRequest } from '../../scripts/cluster/request.ts'
import { runToTheEnd } from '../../scripts/ending.ts'

const INTERRUPTED = 130
const [block = '', directory = '', ...asked] = process.argv.slice(2)
const say = (line: string) => void process.stdout.write(`${line}\n`)

await runToTheEnd(
  () => carryOut(readRequest(asked), { block, directory }, process.env, say),
  INTERRUPTED,
  say,
)
