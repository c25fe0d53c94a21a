/** `npm run lab -- contract`: made-up requests and clients of other languages, against `serve` and a database of its own. */
import { join } from 'node:path'
import { progress, type Say } from '../../dev/progress.ts'
import { openWorld, ownAccounts, throwawayDatabase } from '../kit/world.ts'
import { startAsNewcomers } from './newcomers.ts'
import { runClient, runSchemathesis, runValidator, type Trial } from './tools.ts'

const ROOT = join(import.meta.dirname, '../..')
const OUR_DOCUMENT = join(ROOT, 'openapi.json')
/** Unchanged: existing clients were written for it. */
const PUBLIC_DOCUMENT = join(ROOT, 'test/fixtures/public-specification.json')
/** With the clients, they take a minute of CI. */
const DEFAULT_CASES = 400
const USAGE = 'usage: npm run lab -- contract [--cases 20000], from 100 to 999999'

export const contract = async (args: string[], say: Say): Promise<void> => {
  const cases = casesOf(args)
  const world = await openWorld({ name: 'contract', database: throwawayDatabase }, say)
  const accounts = await ownAccounts(world.directory)
  const { url } = await progress(say, 'starting the service', world.serve('service', accounts))
  // Before schemathesis, which registers more people than one network may.
  await world.whileUp(runValidator(OUR_DOCUMENT, { url, token: await world.tokenOf('validator') }, say))
  await world.whileUp(runClient('dialogs_client', OUR_DOCUMENT, url, world.directory, say))
  const newcomers = await progress(say, 'npm start', startAsNewcomers(world))
  await world.whileUp(runClient('public_client', PUBLIC_DOCUMENT, newcomers.url, world.directory, say))
  const target = { url, token: await world.tokenOf('schemathesis') }
  let made = 0
  for (const trial of trialsOf(cases))
    made += await world.whileUp(runSchemathesis(trial, target, world.directory, say))
  if (made < cases) throw new Error(`only ${made} of ${cases} cases were made`)
  say(`${made} cases: no 5xx, nothing that the documents do not name, no reply of another shape`)
}

const casesOf = ([option, count = '', ...others]: string[]): number => {
  if (option === undefined) return DEFAULT_CASES
  if (option === '--cases' && others.length === 0 && /^[1-9]\d{2,5}$/.test(count)) return Number(count)
  throw new Error(USAGE)
}

/** Our own document in every respect, the public specification in what it promises. */
const trialsOf = (cases: number): Trial[] => [
  {
    document: OUR_DOCUMENT,
    checks: ['all'],
    // It withdraws the token of all other requests; the clients try it.
    operations: { '--exclude-path': '/revoke' },
    casesEach: Math.ceil(cases * 0.2),
  },
  {
    document: PUBLIC_DOCUMENT,
    checks: ['not_a_server_error', 'response_schema_conformance'],
    // It describes a whole social network.
    operations: { '--include-path-regex': '^/(user/register|login|user/get/.*|dialog/.*)$' },
    casesEach: Math.ceil(cases * 0.1),
  },
]
