/** `npm run lab -- contract`: made-up requests and clients of other languages, against `serve` and a database of its own. */
import { join } from 'node:path'
import { progress, type Say } from '../../dev/progress.ts'
import { openWorld, throwawayDatabase } from '../kit/world.ts'
import { runClients, runSchemathesis, type Trial } from './tools.ts'

const ROOT = join(import.meta.dirname, '../..')
const OUR_DOCUMENT = join(ROOT, 'openapi.json')
/** They take a minute of CI. */
const DEFAULT_CASES = 400
const USAGE = 'usage: npm run lab -- contract [--cases 20000], from 100 to 999999'

export const contract = async (args: string[], say: Say): Promise<void> => {
  const cases = casesOf(args)
  const world = await openWorld({ name: 'contract', database: throwawayDatabase }, say)
  const service = await progress(say, 'starting the service', world.serve('service'))
  const target = { url: service.url, token: await world.tokenOf('schemathesis') }
  let made = 0
  for (const trial of trialsOf(cases))
    made += await world.whileUp(runSchemathesis(trial, target, world.directory, say))
  if (made < cases) throw new Error(`only ${made} of ${cases} cases were made`)
  await world.whileUp(runClients(OUR_DOCUMENT, target, world.directory, say))
  say(`${made} cases: no 5xx, nothing that the documents do not name, no reply of another shape`)
}

const casesOf = ([option, count = '', ...others]: string[]): number => {
  if (option === undefined) return DEFAULT_CASES
  if (option === '--cases' && others.length === 0 && /^[1-9]\d{2,5}$/.test(count)) return Number(count)
  throw new Error(USAGE)
}

/**
 * Our own document in every respect, the public specification in what it promises. Two operations take input: the cases
 * for a document are divided between them.
 */
const trialsOf = (cases: number): Trial[] => [
  { document: OUR_DOCUMENT, checks: ['all'], casesEach: Math.ceil(cases * 0.35) },
  {
    document: join(ROOT, 'test/fixtures/public-specification.json'),
    checks: ['not_a_server_error', 'response_schema_conformance'],
    casesEach: Math.ceil(cases * 0.15),
  },
]
