/** `npm run check:compose [file]`: validates docker-compose.yml against the schema of the Compose Specification. */
import { spawnSync } from 'node:child_process'
import { fail } from '../bin/fail.ts'
import { pythonTool } from './python-tool.ts'

const PACKAGE = 'check-jsonschema==0.39.0'
const [file = 'docker-compose.yml'] = process.argv.slice(2)

const PYTHONPATH = await pythonTool(PACKAGE, process.env, console.log).catch(fail)
const check = ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.compose-spec', file]
const { status } = spawnSync('python3', check, { stdio: 'inherit', env: { ...process.env, PYTHONPATH } })
if (status !== 0) process.exit(1)
