/** What the service is held against: our own document in every respect, the public specification in what it promises. */
import { join } from 'node:path'
import type { Trial } from './schemathesis.ts'

const ROOT = join(import.meta.dirname, '../..')

export const OUR_DOCUMENT = join(ROOT, 'openapi.json')

/** Two operations take input: what is asked of a document is divided between them. */
export const trialsOf = (cases: number): Trial[] => [
  { document: OUR_DOCUMENT, checks: ['all'], casesEach: Math.ceil(cases * 0.35) },
  {
    document: join(ROOT, 'test/fixtures/public-specification.json'),
    checks: ['not_a_server_error', 'response_schema_conformance'],
    casesEach: Math.ceil(cases * 0.15),
  },
]
