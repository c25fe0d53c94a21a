/** `npm run openapi`: writes openapi.json from the contracts; with `--check`, fails when it differs from them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../bin/fail.ts'
import { CONTRACTS } from '../bin/operations.ts'
import { openApiDocument } from '../lib/contract/openapi.ts'
import { PROBLEMS } from '../lib/http/problem.ts'

const FILE = join(import.meta.dirname, '../openapi.json')
/** Escapes the white space in patterns that an editor does not show. */
const visible = (json: string) =>
  json.replaceAll(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
const text = `${visible(JSON.stringify(openApiDocument(CONTRACTS, PROBLEMS), null, 2))}\n`

if (!process.argv.includes('--check')) writeFileSync(FILE, text)
else if (readFileSync(FILE, 'utf8') !== text)
  fail(new Error('openapi.json differs from the contracts: npm run openapi'))
