/** `npm run test:contract`: requests that schemathesis makes up, against `serve` and a database of its own, held against two documents. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runSchemathesis, type Trial } from './contract/schemathesis.ts'
import { runToTheEnd } from './ending.ts'
import { fail } from './fail.ts'
import { localAuthVariables, localToken } from './keys.ts'
import { migrateTo } from './migrate.ts'
import { atEnd } from './process.ts'
import { progress } from './progress.ts'
import { startServing } from './serving.ts'
import { openThrowawayDatabase } from './throwaway.ts'

const ROOT = join(import.meta.dirname, '..')
const INTERRUPTED = 130
/** A minute of CI. */
const CASES = 400
const USAGE = 'usage: npm run test:contract [-- --cases 20000], from 100 to 999999'
const say = (line: string) => console.log(line)

/** Two operations take input: what is asked of a document is divided between them. */
const trialsOf = (cases: number): Trial[] => [
  { document: join(ROOT, 'openapi.json'), checks: ['all'], casesEach: Math.ceil(cases * 0.35) },
  {
    document: join(ROOT, 'test/fixtures/public-specification.json'),
    checks: ['not_a_server_error', 'response_schema_conformance'],
    casesEach: Math.ceil(cases * 0.15),
  },
]

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
  say(`${made} cases: no 5xx, nothing that the documents do not name, no reply of another shape`)
}

const casesOf = ([option, count = '', ...others]: string[]): number => {
  if (option === undefined) return CASES
  if (option === '--cases' && others.length === 0 && /^[1-9]\d{2,5}$/.test(count)) return Number(count)
  return fail(new Error(USAGE))
}

const cases = casesOf(process.argv.slice(2))
await runToTheEnd(() => holdTheContract(cases), INTERRUPTED, say)
