/** `npm run lab -- cluster up 3 | add | kill 2 | ...`: a real cluster on this machine, of Cassandra nodes in the background. */
import { join, resolve } from 'node:path'
import { localDirectory } from '../../dev/cache.ts'
import { runToTheEnd } from '../../dev/ending.ts'
import { carryOut } from './command.ts'
import { readRequest } from './request.ts'

const INTERRUPTED = 130
const PLACE = { directory: resolve(join(localDirectory(process.env), 'cluster')), block: '127.0.0' }
const say = (line: string) => console.log(line)

await runToTheEnd(
  () => carryOut(readRequest(process.argv.slice(2)), PLACE, process.env, say),
  INTERRUPTED,
  say,
)
