/** `npm run openapi`: writes openapi.json and asyncapi.json from the contracts; with `--check`, fails when they differ. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../bin/fail.ts'
import { CONTRACTS, FRAMES } from '../bin/operations.ts'
import { asyncApiDocument } from '../lib/contract/asyncapi.ts'
import { openApiDocument } from '../lib/contract/openapi.ts'
import { PROBLEMS } from '../lib/http/problem.ts'

const DOCUMENTS = {
  'openapi.json': openApiDocument(CONTRACTS, PROBLEMS),
  'asyncapi.json': asyncApiDocument(FRAMES, PROBLEMS),
}

/** Escapes the white space in patterns that an editor does not show. */
const visible = (json: string) =>
  json.replaceAll(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

for (const [name, document] of Object.entries(DOCUMENTS)) {
  const file = join(import.meta.dirname, '..', name)
  const text = `${visible(JSON.stringify(document, null, 2))}\n`
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text)
    fail(new Error(`${name} differs from the contracts: npm run openapi`))
}
