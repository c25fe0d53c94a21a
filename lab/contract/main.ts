/** `npm run lab -- contract`: requests that schemathesis makes up, and clients of other languages, against `serve` and a database of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateTo } from '../../bin/migrate.ts'
import { openThrowawayDatabase } from '../../dev/database/throwaway.ts'
import { runToTheEnd } from '../../dev/ending.ts'
import { localAuthVariables, localToken } from '../../dev/keys.ts'
import { atEnd } from '../../dev/process.ts'
import { progress } from '../../dev/progress.ts'
import { startServing } from '../../dev/serving.ts'
import { casesOf } from './cases.ts'
import { runClients } from './clients.ts'
import { runSchemathesis } from './schemathesis.ts'
import { OUR_DOCUMENT, trialsOf } from './trials.ts'

const INTERRUPTED = 130
const say = (line: string) => console.log(line)

const holdTheContract = async (cases: number) => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-contract-'))
  atEnd(() => rm(directory, { recursive: true, force: true }))
  const database = await openThrowawayDatabase(process.env, say)
  const auth = await localAuthVariables(directory)
  const variables = { ...auth, CQL_KEYSPACE: 'contract', ...database.variables }
  await migrateTo({ ...process.env, ...variables }, say)
  const starting = startServing(variables, 0, join(directory, 'service.log'))
  const service = await progress(say, 'starting the service', starting)
  const target = { url: service.url, token: await localToken(directory, 'schemathesis') }
  const ended = Promise.race([service.ended, database.ended]).then((how) => Promise.reject(new Error(how)))
  let made = 0
  for (const trial of trialsOf(cases))
    made += await Promise.race([runSchemathesis(trial, target, directory, say), ended])
  if (made < cases) throw new Error(`only ${made} of ${cases} cases were made`)
  await Promise.race([runClients(OUR_DOCUMENT, target, directory, say), ended])
  say(`${made} cases: no 5xx, nothing that the documents do not name, no reply of another shape`)
}

const cases = casesOf(process.argv.slice(2))
await runToTheEnd(() => holdTheContract(cases), INTERRUPTED, say)
